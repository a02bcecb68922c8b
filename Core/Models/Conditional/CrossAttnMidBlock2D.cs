using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>The coarsest resolution: residual block, transformer, residual block.</summary>
internal sealed class CrossAttnMidBlock2D : UNetBlock
{
    private readonly ResnetBlock2D _first, _second;
    private readonly Transformer2D _attention;

    public CrossAttnMidBlock2D(int channels, int timeChannels, int heads, UNet2DConditionConfig config) : base(nameof(CrossAttnMidBlock2D))
    {
        _first = new ResnetBlock2D(channels, channels, timeChannels, config.Blocks, config.NormNumGroups,
            scale: config.MidBlockScaleFactor);
        _attention = new Transformer2D(channels, heads, config.TransformerLayersPerBlock, config);
        _second = new ResnetBlock2D(channels, channels, timeChannels, config.Blocks, config.NormNumGroups,
            scale: config.MidBlockScaleFactor);
        register_module("attentions", nn.ModuleList<nn.Module>(_attention));
        register_module("resnets", nn.ModuleList<nn.Module>(_first, _second));
    }

    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
        => _second.call(_attention.call(_first.call(x, time.Activated), path.Text!), time.Activated);
}
