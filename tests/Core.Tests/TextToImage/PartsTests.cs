using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Pipelines.StableDiffusion;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>The parts of Stable Diffusion against what diffusers 0.27.2 and transformers computed; Recordings/README.md says how.</summary>
public sealed class PartsTests
{
    // Beyond this, epsilons of norms or the kind of GELU would go unnoticed.
    private const double Tolerance = 5e-6;

    public static TheoryData<string> Folders => ["sd1", "sd2", "inpaint"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_text_encoder_says_what_transformers_says(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        var io = Recorded.Read(name);
        using var text = new ClipTextModel(Json.Read<ClipTextConfig>(Recorded.At(name, "text_encoder/config.json")));
        ComponentFiles.Find(Recorded.At(name, "text_encoder"), "model", "text encoder").Assign(text);
        Assert.InRange(Recorded.Distance(text.call(io["text.ids"]), io["text.output"]), 0, Tolerance);
        Assert.InRange(Recorded.Distance(text.Encode(io["text.ids"], skip: 1), io["text.skip1"]), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_autoencoder_says_what_diffusers_says_both_ways(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        var io = Recorded.Read(name);
        using var vae = new AutoencoderKL(Json.Read<AutoencoderKLConfig>(Recorded.At(name, "vae/config.json")));
        ComponentFiles.Find(Recorded.At(name, "vae"), "diffusion_pytorch_model", "autoencoder").Assign(vae);
        foreach (var frozen in new[] { false, true })
        {
            vae.IsFrozen = frozen;
            var (mean, logVariance) = vae.Encode(io["vae.image"]);
            Assert.InRange(Recorded.Distance(mean, io["vae.mean"]), 0, Tolerance);
            Assert.InRange(Recorded.Distance(logVariance, io["vae.logvar"]), 0, Tolerance);
            Assert.InRange(Recorded.Distance(vae.Decode(io["vae.latents"]), io["vae.decoded"]), 0, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_network_says_what_diffusers_says_also_for_sides_that_do_not_halve(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        var io = Recorded.Read(name);
        using var unet = new UNet2DConditionModel(Json.Read<UNet2DConditionConfig>(Recorded.At(name, "unet/config.json")));
        ComponentFiles.Find(Recorded.At(name, "unet"), "diffusion_pytorch_model", "U-Net").Assign(unet);
        foreach (var (frozen, side) in new[] { (false, "even"), (false, "odd"), (true, "even"), (true, "odd") })
        {
            unet.IsFrozen = frozen;
            var output = unet.call(io[$"unet.{side}.sample"], io[$"unet.{side}.timestep"], io["text.output"]);
            Assert.InRange(Recorded.Distance(output, io[$"unet.{side}.output"]), 0, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void In_bfloat16_the_network_is_near(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var precision = Precision.Enter(Precision.Bfloat16);
        var io = Recorded.Read(name);
        using var unet = new UNet2DConditionModel(Json.Read<UNet2DConditionConfig>(Recorded.At(name, "unet/config.json")));
        ComponentFiles.Find(Recorded.At(name, "unet"), "diffusion_pytorch_model", "U-Net").Assign(unet);
        unet.IsFrozen = true;
        var (output, expected) = (unet.call(io["unet.even.sample"], io["unet.even.timestep"], io["text.output"]), io["unet.even.output"]);
        Assert.InRange(Recorded.Distance(output, expected) / expected.abs().max().item<float>(), 1e-6, 0.05);
    }

    [Fact]
    public void The_tiny_autoencoder_says_what_diffusers_says_both_ways()
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        var io = Recorded.Read("tiny");
        using var tiny = new AutoencoderTiny(Json.Read<AutoencoderTinyConfig>(Recorded.At("tiny", "config.json")));
        ComponentFiles.Find(Recorded.At("tiny"), "diffusion_pytorch_model", "tiny autoencoder").Assign(tiny);
        Assert.InRange(Recorded.Distance(tiny.Encode(io["image"]), io["latents"]), 0, Tolerance);
        Assert.InRange(Recorded.Distance(tiny.Decode(io["latents"]), io["decoded"]), 0, Tolerance);
    }

    [Fact]
    public void The_numbers_of_weights_are_the_published_ones()
    {
        using var scope = NewDisposeScope();
        var sd1 = new UNet2DConditionConfig { CrossAttentionDim = 768 };
        var sd2 = new UNet2DConditionConfig { CrossAttentionDim = 1024, AttentionHeads = [5, 10, 20, 20], UseLinearProjection = true };
        Assert.Equal(859_520_964, Weights(new UNet2DConditionModel(sd1)));
        Assert.Equal(859_535_364, Weights(new UNet2DConditionModel(sd1 with { InChannels = 9 })));
        Assert.Equal(865_910_724, Weights(new UNet2DConditionModel(sd2)));
        Assert.Equal(83_653_863, Weights(new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [128, 256, 512, 512],
            LayersPerBlock = 2,
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
        })));
        var large = new ClipTextConfig { HiddenSize = 768, IntermediateSize = 3072, NumAttentionHeads = 12 };
        Assert.Equal(123_060_480, Weights(new ClipTextModel(large)));
        Assert.Equal(340_387_840, Weights(new ClipTextModel(large with
        {
            HiddenSize = 1024,
            IntermediateSize = 4096,
            NumAttentionHeads = 16,
            NumHiddenLayers = 23,
        })));
        using var tiny = new AutoencoderTiny(new AutoencoderTinyConfig());
        Assert.Equal(1_222_532, tiny.named_parameters().Where(p => p.name.StartsWith("encoder")).Sum(p => p.parameter.numel()));
        Assert.Equal(1_222_531, tiny.named_parameters().Where(p => p.name.StartsWith("decoder")).Sum(p => p.parameter.numel()));
    }

    private static long Weights(nn.Module network)
    {
        using (network) return network.parameters().Sum(p => p.numel());
    }
}
