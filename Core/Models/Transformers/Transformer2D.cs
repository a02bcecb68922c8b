using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Transformer blocks over the pixels of a feature map, which read the text, with a residual (Rombach et al. 2022).</summary>
internal sealed class Transformer2D : nn.Module<Tensor, Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    private readonly GroupNorm _norm;
    private readonly Layer _in, _out;
    private readonly ModuleList<BasicTransformerBlock> _blocks = new();

    public Transformer2D(int channels, int heads, int layers, UNet2DConditionConfig config) : base(nameof(Transformer2D))
    {
        _norm = new GroupNorm(config.NormNumGroups, channels, Epsilon);
        (_in, _out) = config.UseLinearProjection
            ? ((Layer)new Linear(channels, channels), (Layer)new Linear(channels, channels))
            : (new Conv2d(channels, channels, 1), new Conv2d(channels, channels, 1));
        for (var i = 0; i < layers; i++)
            _blocks.Add(new BasicTransformerBlock(channels, heads, config.CrossAttentionDim, config.UpcastAttention));
        register_module("norm", _norm);
        register_module("proj_in", _in);
        register_module("transformer_blocks", _blocks);
        register_module("proj_out", _out);
    }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="text">[N, L, C′].</param>
    public override Tensor forward(Tensor x, Tensor text)
    {
        Interruption.Check();
        using var scope = NewDisposeScope();
        var shape = x.shape;
        var tokens = Tokens(FastPath.Takes(x) ? _norm.Fused(x, null, null, silu: false) : _norm.call(x));
        foreach (var block in _blocks) tokens = block.call(tokens, text);
        // The tokens of an image that lies channels last are that image.
        var image = tokens.reshape(shape[0], shape[2], shape[3], -1).permute(0, 3, 1, 2);
        var sum = _out is Conv2d convolution ? convolution.Plus(image, x) : ((Linear)_out).OfPixelsPlus(image, x);
        return sum.MoveToOuterDisposeScope();
    }

    // [N, C, H, W] → [N, H·W, C], projected before or after, which comes to the same.
    private Tensor Tokens(Tensor h)
    {
        if (_in is Conv2d convolution) h = convolution.call(h);
        var tokens = h.permute(0, 2, 3, 1).reshape(h.shape[0], h.shape[2] * h.shape[3], h.shape[1]);
        return _in is Linear linear ? linear.call(tokens) : tokens;
    }
}
