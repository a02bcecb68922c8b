using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Self-attention over the pixels, with a residual (Vaswani et al. 2017; Ho et al. 2020, appendix B).</summary>
internal sealed class AttentionBlock : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm? _norm;
    private readonly Linear _query, _key, _value, _out;
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
        if (groups is { } n) _norm = nn.GroupNorm(n, channels, config.NormEps);
        var inner = _heads * _headDim;
        _query = nn.Linear(channels, inner);
        _key = nn.Linear(channels, inner);
        _value = nn.Linear(channels, inner);
        _out = nn.Linear(inner, channels);
        if (_norm is not null) register_module("group_norm", _norm);
        register_module("to_q", _query);
        register_module("to_k", _key);
        register_module("to_v", _value);
        register_module("to_out", nn.ModuleList<nn.Module>(_out));
    }

    public override Tensor forward(Tensor x)
    {
        var (n, c, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var h = (_norm is null ? x : Normalization.Apply(_norm, x)).flatten(2, 3).transpose(1, 2);
        var attended = nn.functional.scaled_dot_product_attention(Split(_query.call(h)), Split(_key.call(h)), Split(_value.call(h)));
        var merged = _out.call(attended.transpose(1, 2).reshape(n, height * width, _heads * _headDim));
        var sum = merged.transpose(1, 2).reshape(n, c, height, width) + x;
        return _scale == 1 ? sum : sum / _scale;

        Tensor Split(Tensor t) => t.reshape(n, height * width, _heads, _headDim).transpose(1, 2);
    }
}
