using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Tokens attend to themselves, then to the text, then go through a feed-forward, each behind a norm with a residual.</summary>
internal sealed class BasicTransformerBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2, _norm3;
    private readonly CrossAttention _self, _cross;
    private readonly FeedForward _feed;

    public BasicTransformerBlock(int channels, int heads, int contextChannels, bool upcasts) : base(nameof(BasicTransformerBlock))
    {
        (_norm1, _norm2, _norm3) = (new LayerNorm(channels), new LayerNorm(channels), new LayerNorm(channels));
        _self = new CrossAttention(channels, channels, heads, upcasts);
        _cross = new CrossAttention(channels, contextChannels, heads, upcasts);
        _feed = new FeedForward(channels);
        register_module("norm1", _norm1);
        register_module("attn1", _self);
        register_module("norm2", _norm2);
        register_module("attn2", _cross);
        register_module("norm3", _norm3);
        register_module("ff", _feed);
    }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <param name="x">[N, L, C].</param>
    /// <param name="text">[N, L′, C′].</param>
    public override Tensor forward(Tensor x, Tensor text)
    {
        var attended = Scoped.Run(() =>
        {
            var normed = _norm1.call(x);
            return _self.call(normed, normed) + x;
        });
        var told = Scoped.Run(() => _cross.call(_norm2.call(attended), text) + attended);
        return Scoped.Run(() => _feed.call(_norm3.call(told)) + told);
    }
}
