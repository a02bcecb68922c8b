using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Self-attention over the pixels, with a residual (Vaswani et al. 2017; Ho et al. 2020, appendix B).</summary>
internal sealed class AttentionBlock : Layer, IKeepsPrepared
{
    private readonly GroupNorm? _norm;
    private readonly Linear _query, _key, _value, _out;
    private readonly Prepared _prepared = new();
    private readonly int _heads, _headDim;
    private readonly double _scale;

    /// <param name="channels">C of what it reads and writes.</param>
    /// <param name="config">Gives the width of a head and the norm's ε.</param>
    /// <param name="groups">Groups of the norm before it; null for none.</param>
    /// <param name="scale">What the sum with the residual is divided by.</param>
    public AttentionBlock(int channels, UNet2DConfig config, int? groups, double scale = 1) : base(nameof(AttentionBlock))
    {
        _headDim = config.AttentionHeadDim ?? channels;
        _heads = channels / _headDim;
        _scale = scale;
        if (groups is { } n) _norm = new GroupNorm(n, channels, config.NormEps);
        var inner = _heads * _headDim;
        _query = new Linear(channels, inner);
        _key = new Linear(channels, inner);
        _value = new Linear(channels, inner);
        _out = new Linear(inner, channels);
        if (_norm is not null) register_module("group_norm", _norm);
        register_module("to_q", _query);
        register_module("to_k", _key);
        register_module("to_v", _value);
        register_module("to_out", nn.ModuleList<nn.Module>(_out));
    }

    bool IKeepsPrepared.KeepsPrepared { set => _prepared.IsKept = value; }

    /// <param name="x">[N, C, H, W].</param>
    public override Tensor forward(Tensor x)
    {
        var (n, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var (query, key, value) = Projected(Normalized(x));
        var attended = nn.functional.scaled_dot_product_attention(query, key, value).transpose(1, 2);
        var image = attended.reshape(n, height, width, _heads * _headDim).permute(0, 3, 1, 2);
        var sum = _out.OfPixelsPlus(image, x);
        return _scale == 1 ? sum : sum / _scale;
    }

    private Tensor Normalized(Tensor x) => _norm is null ? x : FastPath.Takes(x) ? _norm.Fused(x, null, null, silu: false) : _norm.call(x);

    // Each [N, heads, pixels, width of a head].
    private (Tensor Query, Tensor Key, Tensor Value) Projected(Tensor x)
    {
        var (n, pixels) = (x.shape[0], x.shape[2] * x.shape[3]);
        x = Precision.Cast(x);
        if (_prepared.CanPack(x))
        {
            var all = _prepared.Packed(0, () => PackedPixels.Of(x.shape, _query, _key, _value)).Apply(x);
            var parts = all.permute(0, 2, 3, 1).reshape(n, pixels, 3, _heads, _headDim).permute(2, 0, 3, 1, 4);
            return (parts[0], parts[1], parts[2]);
        }
        var rows = x.flatten(2).transpose(1, 2);
        return (Split(_query.call(rows)), Split(_key.call(rows)), Split(_value.call(rows)));

        Tensor Split(Tensor t) => t.reshape(n, pixels, _heads, _headDim).transpose(1, 2);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _prepared.Dispose();
        base.Dispose(disposing);
    }
}
