using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>C → 4C → C with a gate: value · GELU(gate), GELU by the error function (Shazeer 2020, GEGLU).</summary>
internal sealed class FeedForward : Layer
{
    private readonly Linear _in, _out;

    public FeedForward(int channels) : base(nameof(FeedForward))
    {
        _in = new Linear(channels, 8 * channels);
        _out = new Linear(4 * channels, channels);
        register_module("net", new Named(("0", new Named(("proj", _in))), ("2", _out)));
    }

    /// <param name="x">[N, L, C].</param>
    public override Tensor forward(Tensor x)
    {
        var parts = _in.call(x).chunk(2, -1);
        return _out.call(parts[0] * nn.functional.gelu(parts[1]));
    }
}
