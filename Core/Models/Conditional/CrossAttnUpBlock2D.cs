using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>CrossAttnUpBlock2D</c>: one residual block more than on the way down, each fed the matching skip and followed by a transformer, then
/// the size of the next skip.
/// </summary>
internal sealed class CrossAttnUpBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<Transformer2D> _attentions = new();
    private readonly Upsample2D? _upsample;

    public CrossAttnUpBlock2D(int inChannels, int previousChannels, int outChannels, int timeChannels, int heads, bool upsamples,
        UNet2DConditionConfig config) : base(nameof(CrossAttnUpBlock2D))
    {
        for (var i = 0; i <= config.LayersPerBlock; i++)
        {
            var skip = i == config.LayersPerBlock ? inChannels : outChannels;
            _resnets.Add(new ResnetBlock2D((i == 0 ? previousChannels : outChannels) + skip, outChannels, timeChannels, config.Blocks,
                config.NormNumGroups));
            _attentions.Add(new Transformer2D(outChannels, heads, config.TransformerLayersPerBlock, config));
        }
        if (upsamples) _upsample = new Upsample2D(outChannels);
        register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (_upsample is not null) register_module("upsamplers", nn.ModuleList<nn.Module>(_upsample));
    }

    /// <summary>Takes one skip for each layer.</summary>
    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        for (var i = 0; i < _resnets.Count; i++)
            x = _attentions[i].call(_resnets[i].Joined(x, path.Skips.Pop(), time.Activated), path.Text!);
        return _upsample?.ToSizeOf(path.Skips.Peek(), x) ?? x;
    }
}
