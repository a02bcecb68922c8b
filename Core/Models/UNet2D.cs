using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The U-Net of DDPM (Ho et al. 2020) and its descendants: same configuration keys, state-dict names and numbers as diffusers'
/// <c>UNet2DModel</c>. (x [N, C, H, W], t [N], condition or null) → prediction [N, C′, H, W].
/// </summary>
public sealed class UNet2D : Denoiser
{
    private readonly Conv2d _convIn, _convOut;
    private readonly nn.Module<Tensor, Tensor>? _timeFeatures;
    private readonly TimestepEmbedding _time;
    private readonly nn.Module<Tensor, Tensor>? _classes;
    private readonly ModuleList<UNetBlock> _down = new();
    private readonly MidBlock2D _mid;
    private readonly ModuleList<UNetBlock> _up = new();
    private readonly GroupNorm _normOut;
    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="config">Checked here.</param>
    /// <param name="random">Where the weights are drawn from; null leaves them unset, for loading or training to set.</param>
    /// <exception cref="PlaygroundException">The configuration cannot be built.</exception>
    public UNet2D(UNet2DConfig config, Generator? random = null) : base(nameof(UNet2D))
    {
        config.Validate();
        Config = config;
        var channels = config.BlockOutChannels;
        var width = channels[0] * 4;
        _activation = Activation.Of(config.ActFn);

        _convIn = new Conv2d(config.InChannels, channels[0], 3, padding: 1);
        _timeFeatures = TimeFeaturesOf(config);
        var features = config.TimeEmbeddingType == "fourier" ? 2 * channels[0] : channels[0];
        _time = new TimestepEmbedding(features, width);
        _classes = ClassesOf(config, features, width);
        for (var i = 0; i < channels.Length; i++)
            _down.Add(Down(config, config.DownBlockTypes[i], channels[Math.Max(i - 1, 0)], channels[i], width,
                downsamples: i < channels.Length - 1));
        _mid = new MidBlock2D(channels[^1], width, config);
        for (var i = 0; i < channels.Length; i++)
        {
            var level = channels.Length - 1 - i;
            _up.Add(Up(config, config.UpBlockTypes[i], channels[Math.Max(level - 1, 0)], channels[Math.Min(level + 1, channels.Length - 1)],
                channels[level], width, upsamples: level > 0));
        }
        _normOut = new GroupNorm(config.GroupsOf(channels[0]), channels[0], config.NormEps);
        _convOut = new Conv2d(channels[0], config.OutChannels, 3, padding: 1);
        RegisterParts();
        ParameterCount = parameters().Sum(p => p.numel());
        if (random is not null) InitialWeights.Draw(this, random);
    }

    private static nn.Module<Tensor, Tensor>? TimeFeaturesOf(UNet2DConfig config) => config.TimeEmbeddingType switch
    {
        "fourier" => new FourierFeatures(config.BlockOutChannels[0]),
        "learned" => new Embedding(config.NumTrainTimesteps!.Value, config.BlockOutChannels[0]),
        _ => null,
    };

    private static nn.Module<Tensor, Tensor>? ClassesOf(UNet2DConfig config, int features, int width) => config switch
    {
        { ClassEmbedType: "timestep" } => new TimestepEmbedding(features, width),
        { ClassEmbedType: null, NumClassEmbeds: { } rows } => new Embedding(rows, width),
        _ => null,
    };

    // Under diffusers' names, in the order in which weights are drawn.
    private void RegisterParts()
    {
        register_module("conv_in", _convIn);
        if (_timeFeatures is not null) register_module("time_proj", _timeFeatures);
        register_module("time_embedding", _time);
        if (_classes is not null) register_module("class_embedding", _classes);
        register_module("down_blocks", _down);
        register_module("mid_block", _mid);
        register_module("up_blocks", _up);
        register_module("conv_norm_out", _normOut);
        register_module("conv_out", _convOut);
    }

    public UNet2DConfig Config { get; }

    /// <summary>
    /// Whether the weights stay as they are from now on, so that layers can keep what they make of them: on the CPU without gradients a
    /// call then takes about two thirds of the time. Set it to false before changing a weight.
    /// </summary>
    public bool IsFrozen
    {
        get;
        set
        {
            field = value;
            foreach (var layer in modules().OfType<IKeepsPrepared>()) layer.KeepsPrepared = value;
        }
    }

    /// <summary>Number of weights.</summary>
    public long ParameterCount { get; }

    /// <param name="x">x_t, [N, C, H, W], float32.</param>
    /// <param name="t">Timesteps, [N]; noise levels σ above 0 where <c>time_embedding_type</c> is <c>fourier</c>; int64 where it is
    /// <c>learned</c>.</param>
    /// <param name="condition">
    /// Required exactly when the model is conditional: class labels, int64 [N]; numbers, [N], where <c>class_embed_type</c> is
    /// <c>timestep</c>; vectors, [N, 4·block_out_channels[0]], where it is <c>identity</c>.
    /// </param>
    /// <returns>The prediction, [N, C′, H, W], float32.</returns>
    /// <exception cref="PlaygroundException">The condition is missing, or there is one and the model takes none.</exception>
    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
    {
        if (Config.IsConditional != condition is not null)
            throw new PlaygroundException(condition is null ? "The model is class-conditional; give a class label for each picture."
                : "The model is unconditional; leave the class labels out.");
        if (Config.CenterInputSample) x = 2 * x - 1.0;

        var embedding = _time.call(Features(t));
        if (condition is not null) embedding = embedding + Embedded(condition);
        var time = new TimeSignal(embedding, _activation(embedding));

        x = ChannelsLast.Of(x);
        var path = new UNetPath { Picture = x };
        var h = _convIn.call(x);
        path.Skips.Push(h);
        foreach (var block in _down) h = block.Forward(h, time, path);
        h = _mid.call(h, time.Activated);
        path.Picture = null;
        foreach (var block in _up) h = block.Forward(h, time, path);
        h = _convOut.call(_normOut.Silu(h));
        if (path.Picture is not null) h = h + path.Picture;
        h = Normalization.Float32(h);
        // A noise-conditional score network predicts the score, noise over σ (Song et al. 2021, appendix H).
        if (Config.TimeEmbeddingType == "fourier") h = h / t.to(ScalarType.Float32).reshape(t.shape[0], 1, 1, 1);
        return h.contiguous();
    }

    private Tensor Features(Tensor t) => _timeFeatures?.call(t)
        ?? TimestepEmbedding.Sinusoids(t, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift);

    private Tensor Embedded(Tensor condition) => Config.ClassEmbedType switch
    {
        "timestep" => _classes!.call(Features(condition)),
        "identity" => condition,
        _ => _classes!.call(condition),
    };

    private static UNetBlock Down(UNet2DConfig config, string type, int inChannels, int outChannels, int width, bool downsamples)
        => UNet2DConfig.BlockType(type) switch
        {
            "AttnDownBlock2D" => new DownBlock2D(inChannels, outChannels, width, true, downsamples, config.DownsampleType == "resnet",
                config),
            "ResnetDownsampleBlock2D" => new DownBlock2D(inChannels, outChannels, width, false, downsamples, true, config),
            "SkipDownBlock2D" => new SkipDownBlock2D(inChannels, outChannels, width, false, downsamples, config),
            "AttnSkipDownBlock2D" => new SkipDownBlock2D(inChannels, outChannels, width, true, downsamples, config),
            "KDownBlock2D" => new KDownBlock2D(inChannels, outChannels, width, downsamples, config),
            _ => new DownBlock2D(inChannels, outChannels, width, false, downsamples, false, config),
        };

    private static UNetBlock Up(UNet2DConfig config, string type, int inChannels, int previous, int outChannels, int width, bool upsamples)
        => UNet2DConfig.BlockType(type) switch
        {
            "AttnUpBlock2D" => new UpBlock2D(inChannels, previous, outChannels, width, true, upsamples, config.UpsampleType == "resnet",
                config),
            "ResnetUpsampleBlock2D" => new UpBlock2D(inChannels, previous, outChannels, width, false, upsamples, true, config),
            "SkipUpBlock2D" => new SkipUpBlock2D(inChannels, previous, outChannels, width, false, upsamples, config),
            "AttnSkipUpBlock2D" => new SkipUpBlock2D(inChannels, previous, outChannels, width, true, upsamples, config),
            "KUpBlock2D" => new KUpBlock2D(inChannels, outChannels, width, upsamples, config),
            _ => new UpBlock2D(inChannels, previous, outChannels, width, false, upsamples, false, config),
        };
}
