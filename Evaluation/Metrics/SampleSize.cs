namespace Playground.Evaluation.Metrics;

/// <summary>How many pictures a score needs before it can be trusted, and the sentences that say so.</summary>
public static class SampleSize
{
    /// <summary>Images of each side below which the covariance of D features is singular.</summary>
    public static int LeastForFrechet(int dimensions) => dimensions + 1;

    /// <summary>
    /// Images of each side below which the bias of the distance exceeds what models differ by: 10,000 for Inception's 2048 features
    /// (Heusel et al. 2017), and as many times D for others.
    /// </summary>
    public static int ForFrechet(int dimensions) => dimensions == 2048 ? 10_000 : 5 * dimensions;

    internal static IEnumerable<Remark> Frechet(long? real, long? generated, int dimensions, DistanceName name)
    {
        var (least, enough) = (LeastForFrechet(dimensions), ForFrechet(dimensions));
        foreach (var (count, side, isReal) in new[] { (real, "real", true), (generated, "generated", false) })
        {
            if (count is not { } n)
            {
                yield return Remark.Of(isReal ? RemarkCode.CountUnknownReal : RemarkCode.CountUnknownGenerated,
                    $"The number of {side} pictures is unknown, and {name.The} depends on it.");
            }
            else if (n < least)
            {
                yield return Remark.Of(isReal ? RemarkCode.FewReal : RemarkCode.FewGenerated,
                    $"{n:N0} {side} pictures are too few for {dimensions:N0} features: the covariance is singular and {name.The} "
                    + $"far too high. At least {least:N0} are needed, better {enough:N0}.");
            }
            else if (n < enough)
            {
                yield return Remark.Of(isReal ? RemarkCode.BiasedReal : RemarkCode.BiasedGenerated,
                    $"{Begin(name.The)} is biased upwards with {n:N0} {side} pictures; {enough:N0} are needed with {dimensions:N0} "
                    + $"features. {Begin(name.TheInfinity)} is without the part of the bias that the generated pictures' number brings.");
            }
        }
        if (real == generated) yield break;
        yield return real is { } x && generated is { } y
            ? Remark.Of(RemarkCode.CountsDiffer, $"There are {x:N0} real and {y:N0} generated pictures: compare this {name.Word} only with "
                + $"{name.Word}s of the same numbers.")
            : Remark.Of(RemarkCode.CountsUnknown,
                $"The numbers of real and generated pictures are not both known: compare this {name.Word} "
                + $"only with {name.Word}s of the same numbers.");
    }

    internal static IEnumerable<Remark> Kernel(int real, int generated)
    {
        if (Math.Min(real, generated) < KernelDistance.SubsetSize)
            yield return Remark.Of(RemarkCode.KidScatters,
                $"KID is unbiased at any size, but with {Math.Min(real, generated):N0} pictures on "
                + $"the smaller side it scatters widely; {KernelDistance.SubsetSize:N0} are usual in a subset.");
    }

    /// <summary>Fifty pictures of each class in all: about 50,000 for Inception's 1008 classes, as in the paper.</summary>
    internal static IEnumerable<Remark> Inception(int generated, int classes)
    {
        if (generated < 50 * classes)
            yield return Remark.Of(RemarkCode.InceptionFew, $"The Inception score of {generated:N0} pictures is too "
                + $"low; {50 * classes:N0} are needed for {classes:N0} classes in {InceptionScore.Splits} splits.");
    }

    internal static IEnumerable<Remark> Neighbourhoods(int real, int generated)
    {
        const int Usual = 10_000;
        if (Math.Min(real, generated) < Usual)
            yield return Remark.Of(RemarkCode.NeighborhoodsFew,
                $"Neighbourhoods are wider with fewer pictures, so these numbers hold only beside others "
                + $"of {real:N0} real and {generated:N0} generated pictures; {Usual:N0} of each are usual.");
        else if (real != generated)
            yield return Remark.Of(RemarkCode.ScoreCountsDiffer,
                $"There are {real:N0} real and {generated:N0} generated pictures: compare only with scores of the same numbers.");
    }

    internal static IEnumerable<Remark> ClipMmd(int real, int generated)
    {
        const int Usual = 1000;
        if (Math.Min(real, generated) < Usual)
            yield return Remark.Of(RemarkCode.CmmdFew,
                $"CMMD is biased upwards by the inverse of the number of pictures; {Usual:N0} of each side are needed, and "
                + $"there are {real:N0} real and {generated:N0} generated ones.");
    }

    /// <summary>The words at the beginning of a sentence.</summary>
    internal static string Begin(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
