using Playground.Evaluation.Features;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// FID∞ (Chong and Forsyth 2020, section 3): FID's bias falls as 1/N, so the distances of subsets of growing size are fitted by a line in
/// 1/N, and its
/// value at 1/N = 0 is the score. Fifteen subsets, as theirs, each drawn anew without replacement.
/// </summary>
/// <param name="Value">The line at 1/N = 0; it may fall below 0 when the true distance is near it.</param>
/// <param name="StandardError">Of the intercept, by least squares.</param>
/// <param name="Fit">R² of the line.</param>
/// <param name="Smallest">Pictures of the smallest subset.</param>
internal sealed record FrechetInfinity(double Value, double StandardError, double Fit, int Smallest)
{
    public const int Points = 15;

    /// <summary>Fewest pictures: below D + 2 the covariance is singular, and the bias no longer a line in 1/N.</summary>
    public static int LeastPictures(int dimensions) => Math.Max(dimensions + 2, 4 * Points);

    public static FrechetInfinity Of(FrechetSample sample, int count, int dimensions, Random random, Action? step = null,
        CancellationToken ct = default)
    {
        var smallest = Math.Max(count / 10, Math.Min(2 * dimensions, count / 2));
        double[] x = new double[Points], y = new double[Points];
        for (var k = 0; k < Points; k++)
        {
            ct.ThrowIfCancellationRequested();
            var n = (int)Math.Round(smallest + (double)(count - smallest) * k / (Points - 1));
            var counts = new int[count];
            foreach (var i in Draw.Subset(count, n, random)) counts[i] = 1;
            (x[k], y[k]) = (1.0 / n, sample.Distance(counts));
            step?.Invoke();
        }
        return Line(x, y, smallest);
    }

    internal static FrechetInfinity Line(double[] x, double[] y, int smallest)
    {
        var (mx, my) = (x.Average(), y.Average());
        var sxx = x.Sum(v => (v - mx) * (v - mx));
        var slope = x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / sxx;
        var residual = x.Zip(y, (a, b) => b - my - slope * (a - mx)).Sum(e => e * e);
        var total = y.Sum(v => (v - my) * (v - my));
        var error = Math.Sqrt(residual / (x.Length - 2) * (1.0 / x.Length + mx * mx / sxx));
        return new FrechetInfinity(my - slope * mx, error, total > 0 ? 1 - residual / total : 1, smallest);
    }
}
