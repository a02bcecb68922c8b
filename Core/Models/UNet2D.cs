using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The U-Net of DDPM (Ho et al. 2020): same configuration keys, state-dict names and numbers as diffusers' <c>UNet2DModel</c>.
/// (x [N, C, H, W], t [N], class labels [N] int64 or null) → prediction [N, C′, H, W].
/// </summary>
public sealed class UNet2D : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Conv2d _convIn, _convOut;
    private readonly TimestepEmbedding _time;
    private readonly Embedding? _classes;
    private readonly ModuleList<DownBlock2D> _down = new();
    private readonly MidBlock2D _mid;
    private readonly ModuleList<UpBlock2D> _up = new();
    private readonly GroupNorm _normOut;

    /// <exception cref="PlaygroundException">The configuration cannot be built.</exception>
    public UNet2D(UNet2DConfig config) : base(nameof(UNet2D))
    {
        config.Validate();
        Config = config;
        var channels = config.BlockOutChannels;
        var width = channels[0] * 4;

        _convIn = nn.Conv2d(config.InChannels, channels[0], 3, padding: 1);
        _time = new TimestepEmbedding(channels[0], width, config.FlipSinToCos, config.FreqShift);
        if (config.NumClassEmbeds is { } classes) _classes = nn.Embedding(classes, width);
        for (var i = 0; i < channels.Length; i++)
        {
            _down.Add(new DownBlock2D(i == 0 ? channels[0] : channels[i - 1], channels[i], width,
                config.DownBlockTypes[i] == "AttnDownBlock2D", downsamples: i < channels.Length - 1, config));
        }
        _mid = new MidBlock2D(channels[^1], width, config);
        for (var i = 0; i < channels.Length; i++)
        {
            var level = channels.Length - 1 - i;
            _up.Add(new UpBlock2D(channels[Math.Max(level - 1, 0)], i == 0 ? channels[^1] : channels[level + 1], channels[level], width,
                config.UpBlockTypes[i] == "AttnUpBlock2D", upsamples: level > 0, config));
        }
        _normOut = nn.GroupNorm(config.NormNumGroups, channels[0], config.NormEps);
        _convOut = nn.Conv2d(channels[0], config.OutChannels, 3, padding: 1);

        register_module("conv_in", _convIn);
        register_module("time_embedding", _time);
        if (_classes is not null) register_module("class_embedding", _classes);
        register_module("down_blocks", _down);
        register_module("mid_block", _mid);
        register_module("up_blocks", _up);
        register_module("conv_norm_out", _normOut);
        register_module("conv_out", _convOut);
    }

    public UNet2DConfig Config { get; }

    /// <summary>Number of weights.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <param name="x">x_t, [N, C, H, W], float32.</param>
    /// <param name="t">Timesteps, [N].</param>
    /// <param name="labels">Class labels, int64 [N]; required exactly when the model has a class embedding.</param>
    /// <returns>The prediction, [N, C′, H, W], float32.</returns>
    public override Tensor forward(Tensor x, Tensor t, Tensor? labels)
    {
        if (_classes is null != labels is null)
            throw new PlaygroundException(labels is null ? "The model is class-conditional; give a class label for each picture." : "The model is unconditional; leave the class labels out.");
        if (Config.CenterInputSample) x = 2 * x - 1.0;

        var embedding = _time.call(t);
        if (labels is not null) embedding = embedding + _classes!.call(labels);
        var time = embedding.silu();

        var h = _convIn.call(Precision.ChannelsLast(x));
        var skips = new Stack<Tensor>();
        skips.Push(h);
        foreach (var block in _down) h = block.Forward(h, time, skips);
        h = _mid.call(h, time);
        foreach (var block in _up) h = block.Forward(h, time, skips);
        h = _convOut.call(Normalization.Silu(_normOut, h));
        return h.dtype == ScalarType.Float32 ? h.contiguous() : h.to(ScalarType.Float32).contiguous();
    }
}
