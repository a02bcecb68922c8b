using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Generation.Lora;
using Playground.Core.Imaging;
using Playground.Core.Models;
using Playground.Core.Schedules;
using Playground.Core.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// Stable Diffusion 1 or 2, or a model of one's own of that form: a text encoder, a U-Net over latents that reads the text, and the
/// autoencoder between latents and images (Rombach et al. 2022).
/// </summary>
public sealed class StableDiffusionModel : SampledModel
{
    private readonly PromptEncoder _prompts;
    private readonly LatentPreview _preview;
    private readonly LoraStack _loras;

    internal StableDiffusionModel(UNet2DConditionModel unet, AutoencoderKL autoencoder, ClipTextModel text, ClipTokenizer tokenizer,
        SchedulerConfig scheduler, ModelSummary summary) : base(scheduler, summary)
    {
        (UNet, Autoencoder, Text, Tokenizer) = (unet, autoencoder, text, tokenizer);
        (_prompts, _preview) = (new PromptEncoder(summary.Text!.Prompts, text), new LatentPreview(autoencoder));
        _loras = new LoraStack(unet, text);
    }

    public UNet2DConditionModel UNet { get; }

    public AutoencoderKL Autoencoder { get; }

    public ClipTextModel Text { get; }

    public ClipTokenizer Tokenizer { get; }

    internal override Denoiser Denoiser => UNet;

    internal override UNet2DConfig Extent => UNet.Config.Blocks;

    internal override bool MergesMask => !IsInpainting;

    internal override bool KeepsFirstNoise => true;

    // Latents, a mask, and the latents of what it leaves.
    private bool IsInpainting => UNet.Config.InChannels == 2 * LatentChannels + 1;

    private int LatentChannels => Autoencoder.Config.LatentChannels;

    private double Scale => Autoencoder.Config.ScalingFactor;

    /// <summary>What the encoder reads of a prompt, and the words that it does not.</summary>
    /// <exception cref="PlaygroundException">The prompt is too long for the tokenizer.</exception>
    public PromptTokens Tokenize(string prompt) => Summary.Text!.Prompts.Tokenize(prompt);

    /// <summary>The LoRAs that are applied.</summary>
    public IReadOnlyList<LoraChoice> Loras => _loras.Choices;

    /// <summary>Takes off the LoRAs that are applied, and applies these. Not while a run is under way.</summary>
    /// <returns>For each, how many layers it changes and which of its tensors belong to none.</returns>
    /// <exception cref="PlaygroundException">One of them does not fit the model, or a strength is out of range; what was applied
    /// stays.</exception>
    public IReadOnlyList<LoraReport> SetLoras(IReadOnlyList<LoraChoice> loras) => _loras.Set(loras);

    internal override void Prepare(SamplingRequest request)
    {
        if (!request.Loras.SequenceEqual(_loras.Choices)) _loras.Set(request.Loras);
    }

    public override int[] NoiseShape(SamplingRequest request)
    {
        var (width, height) = request.SizeOn(Summary);
        return [request.Count, LatentChannels, height / Autoencoder.Config.Factor, width / Autoencoder.Config.Factor];
    }

    internal override (Tensor? Asked, Tensor? Unasked) Conditions(SamplingRequest request)
    {
        string[] asked = [.. Enumerable.Range(0, request.Count).Select(request.PromptOf)];
        var features = _prompts.Encode(asked, request.ClipSkip);
        // What guidance leads away from is read by all layers, as in diffusers.
        return (features, request.Guidance == 1 ? null : _prompts.Encode([.. asked.Select(_ => request.NegativePrompt)], 0));
    }

    // Encoded and decoded one at a time: at full size the autoencoder's maps are far larger than the U-Net's.
    internal override int ImagesAtOnce => 1;

    internal override Tensor FromImages(Tensor images, int count, Func<Tensor> noise)
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, (int)images.shape[0]).Select(i => Autoencoder.Encode(images.narrow(0, i, 1))).ToList();
        var (mean, logVariance) = (Cycled(cat([.. parts.Select(p => p.Mean)], 0), count),
            Cycled(cat([.. parts.Select(p => p.LogVariance)], 0), count));
        return ((mean + (logVariance * 0.5).exp() * noise()) * Scale).MoveToOuterDisposeScope();
    }

    internal override Tensor ToImages(Tensor x)
    {
        if (!Finite(x)) throw new PlaygroundException("The U-Net's output holds NaN or infinity, so the image would be black. Use f32, a "
            + "lower guidance or another sampler; if it stays, the weights are damaged.");
        using var scope = NewDisposeScope();
        var images = Decoded(x / Scale);
        if (!Finite(images)) throw new PlaygroundException("The autoencoder's output holds NaN or infinity, so the image would be black. "
            + "Use f32.");
        return images.MoveToOuterDisposeScope();
    }

    internal override PictureBatch Preview(Tensor x) => _preview.Of(x);

    internal override Tensor MaskOf(Tensor mask)
    {
        var factor = Autoencoder.Config.Factor;
        return nn.functional.interpolate(mask, size: [mask.shape[2] / factor, mask.shape[3] / factor], mode: InterpolationMode.Nearest);
    }

    internal override Tensor? Beside(SamplingRequest request, Tensor? images, Tensor? mask, Func<Tensor> noise)
    {
        if (!IsInpainting) return null;
        using var scope = NewDisposeScope();
        var (width, height) = request.SizeOn(Summary);
        // Without a mask all of a gray image is drawn anew.
        var redrawn = mask ?? ones(1, 1, height, width, device: TorchEngine.DefaultDevice);
        var masked = images is null ? zeros(1, Channels, height, width, device: redrawn.device)
            : images.where(redrawn.le(0), zeros_like(images));
        var small = MaskOf(redrawn).gt(0).to(ScalarType.Float32).expand(request.Count, -1, -1, -1);
        return cat([small, FromImages(masked, request.Count, noise)], 1).MoveToOuterDisposeScope();
    }

    private Tensor Decoded(Tensor latents) => latents.shape[2] * latents.shape[3] > 4L * Autoencoder.TileSize * Autoencoder.TileSize
        ? Autoencoder.DecodeTiled(latents)
        : Autoencoder.Decode(latents);

    private static bool Finite(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.isfinite().all().item<bool>();
    }

    private protected override void Dispose(bool disposing)
    {
        UNet.Dispose();
        Autoencoder.Dispose();
        Text.Dispose();
        _preview.Dispose();
        _loras.Dispose();
    }
}
