using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>DownBlock2D</c>, <c>AttnDownBlock2D</c>, <c>ResnetDownsampleBlock2D</c>: residual blocks, each with attention behind it where the
/// type says so, then half the size by a convolution or by a residual block.
/// </summary>
internal sealed class DownBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<AttentionBlock>? _attentions;
    private readonly Downsample2D? _downsample;
    private readonly ResnetBlock2D? _resnetDownsample;

    public DownBlock2D(int inChannels, int outChannels, int timeChannels, bool attends, bool downsamples, bool byResnet,
        UNet2DConfig config) : base(nameof(DownBlock2D))
    {
        var groups = config.NormNumGroups!.Value;
        if (attends) _attentions = new();
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            _resnets.Add(new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, timeChannels, config, groups));
            _attentions?.Add(new AttentionBlock(outChannels, config, groups));
        }
        if (downsamples && byResnet) _resnetDownsample = new ResnetBlock2D(outChannels, outChannels, timeChannels, config, groups,
            resample: x => nn.functional.avg_pool2d(x, 2));
        else if (downsamples) _downsample = new Downsample2D(outChannels, config.DownsamplePadding);
        if (_attentions is not null) register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (downsamples) register_module("downsamplers", nn.ModuleList<nn.Module>(_downsample ?? (nn.Module)_resnetDownsample!));
    }

    /// <summary>Leaves every layer's output as a skip and returns the last.</summary>
    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = _resnets[i].call(x, time.Activated);
            if (_attentions is not null) x = _attentions[i].call(x);
            path.Skips.Push(x);
        }
        if (_downsample is null && _resnetDownsample is null) return x;
        x = _downsample?.call(x) ?? _resnetDownsample!.call(x, time.Activated);
        path.Skips.Push(x);
        return x;
    }
}
