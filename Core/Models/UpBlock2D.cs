using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>UpBlock2D</c>, <c>AttnUpBlock2D</c>, <c>ResnetUpsampleBlock2D</c>: one residual block more than on the way down, each fed the
/// matching skip, then twice the size by a convolution or by a residual block.
/// </summary>
internal sealed class UpBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<AttentionBlock>? _attentions;
    private readonly Upsample2D? _upsample;
    private readonly ResnetBlock2D? _resnetUpsample;

    public UpBlock2D(int inChannels, int previousChannels, int outChannels, int timeChannels, bool attends, bool upsamples, bool byResnet,
        UNet2DConfig config) : base(nameof(UpBlock2D))
    {
        var groups = config.NormNumGroups!.Value;
        if (attends) _attentions = new();
        for (var i = 0; i <= config.LayersPerBlock; i++)
        {
            var skip = i == config.LayersPerBlock ? inChannels : outChannels;
            _resnets.Add(new ResnetBlock2D((i == 0 ? previousChannels : outChannels) + skip, outChannels, timeChannels, config, groups));
            _attentions?.Add(new AttentionBlock(outChannels, config, groups));
        }
        if (upsamples && byResnet)
            _resnetUpsample = new ResnetBlock2D(outChannels, outChannels, timeChannels, config, groups, resample: Upsample2D.Nearest);
        else if (upsamples) _upsample = new Upsample2D(outChannels);
        if (_attentions is not null) register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (upsamples) register_module("upsamplers", nn.ModuleList<nn.Module>(_upsample ?? (nn.Module)_resnetUpsample!));
    }

    /// <summary>Takes one skip for each layer.</summary>
    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = _resnets[i].Joined(x, path.Skips.Pop(), time.Activated);
            if (_attentions is not null) x = _attentions[i].call(x);
        }
        return _upsample?.ToSizeOf(path.Skips.Peek(), x) ?? _resnetUpsample?.call(x, time.Activated) ?? x;
    }
}
