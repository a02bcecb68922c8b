using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Schedules;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// A U-Net and a text encoder drawn from the seed, over a trained autoencoder, with a tokenizer learned from the captions.
/// </summary>
internal sealed class LatentScratch : LatentStart
{
    private readonly UNet2DConditionConfig _unetConfig;
    private readonly ClipTextConfig _textConfig;
    private readonly int _tokens;
    private UNet2DConditionModel? _unet;
    private ClipTextModel? _text;
    private ClipTokenizer? _tokenizer;

    /// <param name="autoencoder">Its folder, or that of a model that has one.</param>
    /// <param name="unet">Its latents' size and channels and the text's width are set here.</param>
    /// <param name="text">Its number of tokens is set here.</param>
    /// <param name="tokens">Tokens to learn from the captions, 515 to 49408.</param>
    /// <param name="options">The training's.</param>
    /// <exception cref="PlaygroundException">The autoencoder cannot be read, or a value is out of its range.</exception>
    public LatentScratch(string autoencoder, UNet2DConditionConfig unet, ClipTextConfig text, int tokens, TrainingOptions options)
    {
        options.Validate();
        if (tokens is < 515 or > 49_408) throw new PlaygroundException($"tokens is {tokens}; it must be 515 to 49408.");
        (_unetConfig, _textConfig, _tokens) = (unet, text, tokens);
        Scheduler = options.ToSchedulerConfig() with { ClipSample = false, StepsOffset = 1 };
        Autoencoder = AutoencoderFolder.Load(autoencoder);
    }

    public override AutoencoderKL Autoencoder { get; }

    public override UNet2DConditionModel UNet => _unet!;

    public override ClipTextModel Text => _text!;

    public override ClipTokenizer Tokenizer => _tokenizer!;

    public override SchedulerConfig Scheduler { get; }

    public override bool TrainsText => true;

    public override ModelManifest Beginnings => new() { Guidance = TextToImageTrainer.PreviewGuidance };

    public override void Build(IReadOnlyList<string> captions, int side)
    {
        var latents = Autoencoder.Config.LatentChannels;
        var tokenizer = ClipTokenizer.Learn(captions, _tokens);
        _tokenizer = tokenizer;
        _unet = new UNet2DConditionModel(_unetConfig with
        {
            InChannels = latents,
            OutChannels = latents,
            SampleSize = side,
            CrossAttentionDim = _textConfig.HiddenSize,
        });
        _text = new ClipTextModel(_textConfig with
        {
            VocabSize = tokenizer.Size,
            BosTokenId = tokenizer.Start,
            EosTokenId = tokenizer.End,
            PadTokenId = tokenizer.Filling,
            ProjectionDim = _textConfig.HiddenSize,
        });
    }

    // In bfloat16, which has what such small models need.
    public override void Save(string folder, ModelManifest manifest)
        => StableDiffusionFolder.Save(folder, UNet, Autoencoder, Text, Tokenizer, Scheduler, manifest, ScalarType.BFloat16);

    public override void Dispose()
    {
        _unet?.Dispose();
        _text?.Dispose();
        Autoencoder.Dispose();
    }
}
