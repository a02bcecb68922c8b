namespace Playground.Evaluation.Metrics;

/// <summary>Where the score of another sample of the same size would fall, 95 times in 100.</summary>
/// <param name="Low">Lower end, in the score's unit.</param>
/// <param name="High">Upper end.</param>
/// <param name="Method">How it was found.</param>
public sealed record Interval(double Low, double High, Remark Method)
{
    private const double Normal95 = 1.959964;

    /// <summary>
    /// value ± 1.96 standard errors, cut at the score's bounds. A bootstrap's own mean is biased for distances, so only its spread is used.
    /// </summary>
    internal static Interval Around(double value, double standardError, Remark method, double least = double.NegativeInfinity,
        double most = double.PositiveInfinity)
        => new(Math.Max(least, value - Normal95 * standardError), Math.Min(most, value + Normal95 * standardError), method);

    /// <summary>Of a share of n pictures (Wilson 1927), which has a width at 0 and 1 too.</summary>
    internal static Interval OfShare(double share, int n, Remark method)
    {
        var z2 = Normal95 * Normal95 / n;
        var centre = (share + z2 / 2) / (1 + z2);
        var half = Math.Sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
        return new Interval(Math.Max(0, centre - half), Math.Min(1, centre + half), method);
    }
}
