using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>A table of vectors, <c>weight</c> [rows, width], unset until drawn or loaded.</summary>
internal sealed class Embedding : Layer
{
    private readonly Parameter weight;

    /// <param name="rows">Vectors.</param>
    /// <param name="width">Numbers in each.</param>
    /// <param name="spread">Standard deviation that they are drawn with; PyTorch's is 1.</param>
    public Embedding(long rows, long width, double spread = 1) : base(nameof(Embedding))
    {
        Spread = spread;
        weight = OwnedParameter.Of(empty(rows, width));
        register_parameter("weight", weight);
    }

    /// <summary>Standard deviation of new weights.</summary>
    public double Spread { get; }

    /// <param name="index">Rows, int64 [N].</param>
    /// <returns>[N, width].</returns>
    public override Tensor forward(Tensor index) => weight.index_select(0, index);
}
