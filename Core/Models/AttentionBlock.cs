using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Self-attention over the pixels, with a residual (Vaswani et al. 2017; Ho et al. 2020, appendix B).</summary>
internal sealed class AttentionBlock : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm _norm;
    private readonly Linear _query, _key, _value, _out;
    private readonly int _heads;
    private readonly float _scale;

    public AttentionBlock(int channels, UNet2DConfig config, float scale = 1) : base(nameof(AttentionBlock))
    {
        _heads = channels / (config.AttentionHeadDim ?? channels);
        _scale = scale;
        _norm = nn.GroupNorm(config.NormNumGroups, channels, config.NormEps);
        _query = nn.Linear(channels, channels);
        _key = nn.Linear(channels, channels);
        _value = nn.Linear(channels, channels);
        _out = nn.Linear(channels, channels);
        register_module("group_norm", _norm);
        register_module("to_q", _query);
        register_module("to_k", _key);
        register_module("to_v", _value);
        register_module("to_out", nn.ModuleList<nn.Module>(_out));
    }

    public override Tensor forward(Tensor x)
    {
        var (n, c, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var h = Normalization.Apply(_norm, x).flatten(2, 3).transpose(1, 2);
        var attended = nn.functional.scaled_dot_product_attention(Split(_query.call(h)), Split(_key.call(h)), Split(_value.call(h)));
        var merged = _out.call(attended.transpose(1, 2).reshape(n, height * width, c));
        var sum = merged.transpose(1, 2).reshape(n, c, height, width) + x;
        return _scale == 1 ? sum : sum / _scale;

        Tensor Split(Tensor t) => t.reshape(n, height * width, _heads, c / _heads).transpose(1, 2);
    }
}
