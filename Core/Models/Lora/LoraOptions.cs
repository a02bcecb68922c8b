using System.Globalization;

namespace Playground.Core.Models.Lora;

/// <summary>How large an adaptation is allowed to be (Hu et al. 2021, <em>LoRA</em>, section 4).</summary>
/// <param name="Rank">r, the rank of each layer's change, 1 to 256.</param>
/// <param name="Alpha">α: the change is scaled by α/r; above 0 and at most 10000.</param>
public sealed record LoraOptions(int Rank = 8, double Alpha = 8)
{
    public const int MaxRank = 256;

    /// <summary>What B·A is multiplied by.</summary>
    internal double Scale => Alpha / Rank;

    /// <exception cref="PlaygroundException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Rank is < 1 or > MaxRank) throw new PlaygroundException($"rank is {Rank}; it must be 1 to {MaxRank}.");
        if (Alpha is not (> 0 and <= 10_000))
            throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
                $"alpha is {Alpha}; it must be above 0 and at most 10000."));
    }
}
