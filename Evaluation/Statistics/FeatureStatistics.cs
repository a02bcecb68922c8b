using Playground.Core;

namespace Playground.Evaluation.Statistics;

/// <summary>Mean and covariance of features: all that the Fréchet distance sees of a set of pictures.</summary>
/// <param name="Mu">Mean, [D].</param>
/// <param name="Sigma">Covariance with N−1 in the denominator, [D, D] row by row, symmetric.</param>
/// <param name="Count">N, the pictures that it was taken over; null where the file does not say.</param>
public sealed record FeatureStatistics(double[] Mu, double[] Sigma, long? Count = null)
{
    /// <summary>Most features that statistics can be taken of: a covariance of 512 MB.</summary>
    public const int MaxDimensions = 8192;

    /// <summary>Covariance, [D, D] row by row.</summary>
    /// <exception cref="PlaygroundException">The shapes do not fit, or a value is not a finite number.</exception>
    public double[] Sigma { get; } = Checked(Mu, Sigma);

    /// <summary>D.</summary>
    public int Dimensions => Mu.Length;

    private static double[] Checked(double[] mu, double[] sigma)
    {
        if (mu.Length is 0 or > MaxDimensions || sigma.LongLength != (long)mu.Length * mu.Length)
            throw new PlaygroundException($"A mean of {mu.Length} and a covariance of {sigma.LongLength} numbers do not belong together; "
                + $"the covariance needs D·D of them, D being 1 to {MaxDimensions}.");
        if (Array.FindIndex(mu, v => !double.IsFinite(v)) is var m and >= 0)
            throw new PlaygroundException($"The mean of feature {m} is {mu[m]}; statistics must be finite. Take them again.");
        if (Array.FindIndex(sigma, v => !double.IsFinite(v)) is var s and >= 0)
            throw new PlaygroundException(
                $"The covariance of features {s
                    / mu.Length} and {s % mu.Length} is {sigma[s]}; statistics must be finite. Take them again.");
        return sigma;
    }
}
