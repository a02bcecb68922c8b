using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>A table of vectors, <c>weight</c> [rows, width], unset until drawn or loaded.</summary>
internal sealed class Embedding : Layer
{
    private readonly Parameter weight;

    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        weight = OwnedParameter.Of(empty(rows, width));
        register_parameter("weight", weight);
    }

    /// <param name="index">Rows, int64 [N].</param>
    /// <returns>[N, width].</returns>
    public override Tensor forward(Tensor index) => weight.index_select(0, index);
}
