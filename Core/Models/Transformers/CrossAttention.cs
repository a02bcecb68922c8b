using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Multi-head attention of tokens to themselves or to other tokens (Vaswani et al. 2017, section 3.2.2), without a mask.</summary>
internal sealed class CrossAttention : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear _query, _key, _value, _out;
    private readonly int _heads;
    private readonly bool _upcasts;

    /// <param name="channels">C of the tokens that ask; a multiple of <paramref name="heads"/>.</param>
    /// <param name="contextChannels">C of the tokens that answer.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="upcasts">Whether scores are computed in float32 whatever the precision.</param>
    public CrossAttention(int channels, int contextChannels, int heads, bool upcasts) : base(nameof(CrossAttention))
    {
        (_heads, _upcasts) = (heads, upcasts);
        _query = new Linear(channels, channels, hasBias: false);
        _key = new Linear(contextChannels, channels, hasBias: false);
        _value = new Linear(contextChannels, channels, hasBias: false);
        _out = new Linear(channels, channels);
        register_module("to_q", _query);
        register_module("to_k", _key);
        register_module("to_v", _value);
        register_module("to_out", nn.ModuleList<nn.Module>(_out));
    }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <param name="x">[N, L, C].</param>
    /// <param name="context">[N, L′, C′].</param>
    public override Tensor forward(Tensor x, Tensor context)
    {
        var (query, key, value) = (Split(_query.call(x)), Split(_key.call(context)), Split(_value.call(context)));
        if (_upcasts && query.dtype != ScalarType.Float32)
            (query, key, value) = (Normalization.Float32(query), Normalization.Float32(key), Normalization.Float32(value));
        return _out.call(Attention.Apply(query, key, value).transpose(1, 2).reshape(x.shape));
    }

    // [N, L, C] → [N, heads, L, width of a head]
    private Tensor Split(Tensor t) => t.reshape(t.shape[0], t.shape[1], _heads, -1).transpose(1, 2);
}
