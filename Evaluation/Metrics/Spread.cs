namespace Playground.Evaluation.Metrics;

/// <summary>Means and standard deviations of a few numbers.</summary>
internal static class Spread
{
    /// <summary>Standard deviation with N−1 (of a sample), or with N (of a population); 0 for a single number.</summary>
    public static double Deviation(IReadOnlyCollection<double> values, bool population = false)
    {
        if (values.Count < 2) return 0;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - (population ? 0 : 1)));
    }

    /// <summary>Standard error of the mean over pictures, by resampling them.</summary>
    public static double BootstrapOfMean(IReadOnlyList<double> values, int resamples, Random random)
    {
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (var i = 0; i < values.Count; i++) sum += values[random.Next(values.Count)];
            means[r] = sum / values.Count;
        }
        return Deviation(means);
    }
}
