using Playground.Evaluation.Features;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// How far the Fréchet distance of another sample of the same size would be off, by the bootstrap (Efron 1979) over the generated pictures,
/// the reference held as it is.
/// </summary>
internal static class FrechetInterval
{
    /// <summary>Resamples that are affordable: each costs the eigenvalues of a matrix of D.</summary>
    public static int Resamples(int dimensions) => dimensions switch { <= 256 => 200, <= 1024 => 50, _ => 20 };

    public static double StandardError(FrechetSample sample, int count, int resamples, Random random, Action? step = null,
        CancellationToken ct = default)
    {
        var distances = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            ct.ThrowIfCancellationRequested();
            distances[r] = sample.Distance(Draw.Resample(count, random));
            step?.Invoke();
        }
        return Spread.Deviation(distances);
    }

    public static Remark Method(int resamples) => Remark.Of(RemarkCode.IntervalGenerated,
        $"±1.96 standard deviations of {resamples} bootstrap resamples of the generated pictures, the reference held fixed");
}
