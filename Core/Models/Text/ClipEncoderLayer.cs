using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Tokens attend to themselves and those before, then go through a feed-forward, each behind a norm with a residual.</summary>
internal sealed class ClipEncoderLayer : Layer
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly Linear _query, _key, _value, _out, _in, _back;
    private readonly int _heads;
    private readonly bool _isQuick;

    public ClipEncoderLayer(ClipTextConfig config) : base(nameof(ClipEncoderLayer))
    {
        var width = config.HiddenSize;
        (_heads, _isQuick) = (config.NumAttentionHeads, config.HiddenAct == "quick_gelu");
        (_norm1, _norm2) = (new LayerNorm(width, config.LayerNormEps), new LayerNorm(width, config.LayerNormEps));
        (_key, _value, _query, _out) = (new Linear(width, width), new Linear(width, width), new Linear(width, width),
            new Linear(width, width));
        (_in, _back) = (new Linear(width, config.IntermediateSize), new Linear(config.IntermediateSize, width));
        register_module("self_attn", new Named(("k_proj", _key), ("v_proj", _value), ("q_proj", _query), ("out_proj", _out)));
        register_module("layer_norm1", _norm1);
        register_module("mlp", new Named(("fc1", _in), ("fc2", _back)));
        register_module("layer_norm2", _norm2);
    }

    /// <param name="x">[N, L, D].</param>
    public override Tensor forward(Tensor x)
    {
        var attended = Scoped.Run(() =>
        {
            var h = _norm1.call(x);
            var causal = nn.functional.scaled_dot_product_attention(Split(_query.call(h)), Split(_key.call(h)), Split(_value.call(h)),
                is_casual: true);
            return _out.call(causal.transpose(1, 2).reshape(x.shape)) + x;
        });
        return Scoped.Run(() =>
        {
            var h = _in.call(_norm2.call(attended));
            return _back.call(_isQuick ? h * (h * 1.702).sigmoid() : nn.functional.gelu(h)) + attended;
        });
    }

    // [N, L, D] → [N, heads, L, width of a head]
    private Tensor Split(Tensor t) => t.reshape(t.shape[0], t.shape[1], _heads, -1).transpose(1, 2);
}
