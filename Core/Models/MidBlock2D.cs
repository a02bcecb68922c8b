using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>The coarsest resolution: residual block, attention, residual block.</summary>
internal sealed class MidBlock2D : TimedLayer
{
    private readonly ResnetBlock2D _first, _second;
    private readonly AttentionBlock? _attention;

    public MidBlock2D(int channels, int? timeChannels, UNet2DConfig config) : base(nameof(MidBlock2D))
    {
        var (groups, scale) = (config.GroupsOf(channels), config.MidBlockScaleFactor);
        _first = new ResnetBlock2D(channels, channels, timeChannels, config, groups, scale: scale);
        if (config.AddAttention) _attention = new AttentionBlock(channels, config, config.MidAttentionGroups, scale);
        _second = new ResnetBlock2D(channels, channels, timeChannels, config, groups, scale: scale);
        if (_attention is not null) register_module("attentions", nn.ModuleList<nn.Module>(_attention));
        register_module("resnets", nn.ModuleList<nn.Module>(_first, _second));
    }

    public override Tensor forward(Tensor x, Tensor? time)
    {
        x = _first.call(x, time);
        return _second.call(_attention?.call(x) ?? x, time);
    }
}
