using System.IO.Compression;
using System.Text.Json;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using Playground.Core.Pipelines.StableDiffusion;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>Single files: names by diffusers' conversion script, and files made of the recorded folders by these names.</summary>
public sealed class SingleFileTests : IDisposable
{
    private readonly string _temporary = Directory.CreateTempSubdirectory("single-").FullName;

    [Fact]
    public void Every_tensor_has_the_name_that_the_conversion_script_gives_it()
    {
        using var file = new GZipStream(File.OpenRead(Recorded.At("single-file-names.json.gz")), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(file);
        var count = 0;
        foreach (var part in json.RootElement.EnumerateObject())
        {
            foreach (var name in part.Value.EnumerateObject())
            {
                var (expected, third) = (name.Value[0].GetString(), name.Value[1].GetInt32());
                var actual = part.Name switch
                {
                    "unet" => (SingleFileNames.UNet(name.Name, 2, level => level > 0), null),
                    "vae" => (SingleFileNames.Autoencoder(name.Name, 4), null),
                    _ => SingleFileNames.OpenClip(name.Name),
                };
                Assert.Equal((expected, third), (actual.Item1, actual.Item2 ?? 0));
                count++;
            }
        }
        Assert.Equal(686 + 248 + 372, count);
    }

    [Theory]
    [InlineData("sd1", "")]
    [InlineData("sd1", "state_dict.")]
    [InlineData("inpaint", "")]
    public void A_file_of_a_folder_holds_its_weights(string folder, string nesting)
    {
        using var scope = NewDisposeScope();
        using var whole = StableDiffusionFolder.Load(Recorded.At(folder));
        var path = Write(whole, nesting, n => "cond_stage_model.transformer." + n);
        using var model = (StableDiffusionModel)ModelLoader.Load(path);
        Same(whole.UNet, model.UNet);
        Same(whole.Autoencoder, model.Autoencoder);
        Same(whole.Text, model.Text);
        Assert.Equal(whole.UNet.Config.InChannels, model.UNet.Config.InChannels);
        Assert.Equal(("PNDMScheduler", "epsilon", true), (model.Scheduler.ClassName, model.Scheduler.PredictionType,
            model.Scheduler.SkipPrkSteps));
    }

    [Fact]
    public void A_file_unpacks_to_a_folder_of_the_same_weights()
    {
        using var scope = NewDisposeScope();
        using var whole = StableDiffusionFolder.Load(Recorded.At("sd1"));
        var folder = Path.Combine(_temporary, "unpacked");
        StableDiffusionFile.Unpack(Write(whole, "", n => "cond_stage_model.transformer." + n), folder,
            TestContext.Current.CancellationToken);
        using var model = StableDiffusionFolder.Load(folder);
        Same(whole.UNet, model.UNet);
        Same(whole.Autoencoder, model.Autoencoder);
        Same(whole.Text, model.Text);
        Assert.Equal(whole.Tokenizer.Encode("a photo of an apple"), model.Tokenizer.Encode("a photo of an apple"));
        Assert.Equal(model.Summary.Parameters, StableDiffusionFolder.Verify(folder, TestContext.Current.CancellationToken).Parameters);
    }

    [Theory]
    [InlineData(null, "v_prediction")]
    [InlineData("    parameterization: \"v\"\n", "v_prediction")]
    [InlineData("    linear_start: 0.00085\n", "epsilon")]
    public void Stable_Diffusion_2_has_open_clip_names_and_tells_what_it_predicts_beside_itself(string? yaml, string prediction)
    {
        using var scope = NewDisposeScope();
        using var whole = StableDiffusionFolder.Load(Recorded.At("sd2"));
        var path = Write(whole, "", null);
        if (yaml is not null) File.WriteAllText(Path.ChangeExtension(path, ".yaml"), yaml);
        using var model = (StableDiffusionModel)ModelLoader.Load(path);
        Same(whole.UNet, model.UNet);
        Same(whole.Text, model.Text);
        Assert.Equal(prediction, model.Scheduler.PredictionType);
        Assert.Equal("gelu", model.Text.Config.HiddenAct);
    }

    [Fact]
    public void Without_a_tokenizer_beside_it_a_file_has_OpenAIs()
    {
        using var scope = NewDisposeScope();
        using var whole = StableDiffusionFolder.Load(Recorded.At("sd1"));
        var path = Write(whole, "", n => "cond_stage_model.transformer." + n);
        Directory.Delete(Path.Combine(_temporary, "tokenizer"), recursive: true);
        Assert.Contains("The tokenizer has 49,408 tokens, and the text encoder knows 624",
            Assert.Throws<PlaygroundException>(() => ModelLoader.Load(path)).Message, StringComparison.Ordinal);
        Assert.Equal([320, 1125, 539, 320, 2368], Playground.Core.Text.ClipTokenizer.OpenAi().Encode("a photo of a cat"));
    }

    [Theory]
    [InlineData("conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias", "Stable Diffusion XL")]
    [InlineData("model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "Flux")]
    [InlineData("model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", "Stable Diffusion 3")]
    [InlineData("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", "is a LoRA, not a model")]
    [InlineData("something.else", "is not Stable Diffusion in one file")]
    public void Another_kind_of_file_is_refused_by_name(string tensor, string said)
    {
        var path = Path.Combine(_temporary, "other.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { [tensor] = zeros(2) });
        Assert.Contains(said, Assert.Throws<PlaygroundException>(() => ModelLoader.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        using var scope = NewDisposeScope();
        using var whole = StableDiffusionFolder.Load(Recorded.At("sd1"));
        var path = Write(whole, "", n => "cond_stage_model.transformer." + n);
        using (var file = File.OpenWrite(path)) file.SetLength(file.Length / 2);
        Assert.Contains("is not a sound safetensors file", Assert.Throws<PlaygroundException>(() => ModelLoader.Load(path)).Message,
            StringComparison.Ordinal);
    }

    private string Write(StableDiffusionModel model, string nesting, Func<string, string>? text)
    {
        var tensors = new Dictionary<string, Tensor> { [nesting + "alphas_cumprod"] = zeros(3) };
        foreach (var (name, value) in model.UNet.named_parameters())
            tensors[nesting + "model.diffusion_model." + SingleFileNames.UNet(name, 1, level => level == 1)] = value;
        foreach (var (name, value) in model.Autoencoder.named_parameters())
        {
            var isProjection = name.Contains("attentions.0.to_", StringComparison.Ordinal)
                && name.EndsWith("weight", StringComparison.Ordinal);
            tensors[nesting + "first_stage_model." + SingleFileNames.Autoencoder(name, 2)] =
                isProjection ? value.unsqueeze(-1).unsqueeze(-1) : value;
        }
        if (text is not null)
        {
            foreach (var (name, value) in model.Text.named_parameters()) tensors[nesting + text(name)] = value;
        }
        else
        {
            const string prefix = "cond_stage_model.model.";
            foreach (var same in model.Text.named_parameters().GroupBy(p => SingleFileNames.OpenClip(p.name).Name))
                tensors[prefix + same.Key] = cat([.. same.OrderBy(p => SingleFileNames.OpenClip(p.name).Third).Select(p => p.parameter)],
                    0);
            // The layer that is there and not read.
            foreach (var (name, value) in tensors.Where(t => t.Key.Contains("resblocks.2.", StringComparison.Ordinal)).ToList())
                tensors[name.Replace("resblocks.2.", "resblocks.3.", StringComparison.Ordinal)] = value;
        }
        var path = Path.Combine(_temporary, "model.safetensors");
        SafetensorsFile.Write(path, tensors);
        model.Tokenizer.Save(Path.Combine(_temporary, "tokenizer"));
        return path;
    }

    private static void Same(nn.Module expected, nn.Module actual)
    {
        var values = actual.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(expected.named_parameters().Count(), values.Count);
        Assert.All(expected.named_parameters(), p => Assert.True(p.parameter.eq(values[p.name]).all().item<bool>(), p.name));
    }

    public void Dispose() => Directory.Delete(_temporary, recursive: true);
}
