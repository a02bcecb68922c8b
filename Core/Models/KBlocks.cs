using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>KDownBlock2D</c>: residual blocks that are told the time by their norms, then half the size through a mirrored FIR filter.
/// </summary>
internal sealed class KDownBlock2D : UNetBlock
{
    /// <summary>Channels per group of these blocks' norms.</summary>
    public const int GroupSize = 32;

    private readonly ModuleList<ResnetBlockCondNorm2D> _resnets = new();
    private readonly bool _downsamples;

    public KDownBlock2D(int inChannels, int outChannels, int timeChannels, bool downsamples, UNet2DConfig config)
        : base(nameof(KDownBlock2D))
    {
        _downsamples = downsamples;
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            var from = i == 0 ? inChannels : outChannels;
            _resnets.Add(new ResnetBlockCondNorm2D(from, outChannels, timeChannels, config, from / GroupSize, outChannels / GroupSize));
        }
        register_module("resnets", _resnets);
    }

    /// <summary>Leaves every layer's output as a skip; the smaller features are none.</summary>
    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        foreach (var resnet in _resnets)
        {
            x = resnet.call(x, time.Embedding);
            path.Skips.Push(x);
        }
        return _downsamples ? FirFilter.DownReflected(x) : x;
    }
}

/// <summary>
/// <c>KUpBlock2D</c>: as many residual blocks as on the way down; only the last skip of its resolution is used, by the first.
/// </summary>
internal sealed class KUpBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlockCondNorm2D> _resnets = new();
    private readonly bool _upsamples;

    /// <param name="nextChannels">Channels of the next finer resolution, which the last layer gives.</param>
    /// <param name="channels">Channels of this resolution.</param>
    public KUpBlock2D(int nextChannels, int channels, int timeChannels, bool upsamples, UNet2DConfig config) : base(nameof(KUpBlock2D))
    {
        _upsamples = upsamples;
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            var from = i == 0 ? 2 * channels : channels;
            var to = i == config.LayersPerBlock - 1 ? nextChannels : channels;
            _resnets.Add(new ResnetBlockCondNorm2D(from, to, timeChannels, config, from / KDownBlock2D.GroupSize,
                channels / KDownBlock2D.GroupSize));
        }
        register_module("resnets", _resnets);
    }

    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        var skip = path.Skips.Pop();
        x = cat([x, skip.to(x.dtype)], 1);
        for (var i = 1; i < _resnets.Count; i++) path.Skips.Pop();
        foreach (var resnet in _resnets) x = resnet.call(x, time.Embedding);
        return _upsamples ? FirFilter.UpReflected(x) : x;
    }
}
