using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary><c>CrossAttnDownBlock2D</c>: residual blocks, each with a transformer behind it, then half the size.</summary>
internal sealed class CrossAttnDownBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<Transformer2D> _attentions = new();
    private readonly Downsample2D? _downsample;

    public CrossAttnDownBlock2D(int inChannels, int outChannels, int timeChannels, int heads, bool downsamples,
        UNet2DConditionConfig config) : base(nameof(CrossAttnDownBlock2D))
    {
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            _resnets.Add(new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, timeChannels, config.Blocks,
                config.NormNumGroups));
            _attentions.Add(new Transformer2D(outChannels, heads, config.TransformerLayersPerBlock, config));
        }
        if (downsamples) _downsample = new Downsample2D(outChannels, config.DownsamplePadding);
        register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (_downsample is not null) register_module("downsamplers", nn.ModuleList<nn.Module>(_downsample));
    }

    /// <summary>Leaves every layer's output as a skip and returns the last.</summary>
    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = _attentions[i].call(_resnets[i].call(x, time.Activated), path.Text!);
            path.Skips.Push(x);
        }
        if (_downsample is null) return x;
        x = _downsample.call(x);
        path.Skips.Push(x);
        return x;
    }
}
