using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>
/// How much each timestep's loss counts. A weighting is a factor on the error of ε; since every parameterization is linear in x₀, the
/// same weighting of another is that factor times the ratio of the two squared errors, with SNR = ᾱ/(1−ᾱ):
/// x₀: SNR; v: SNR/(SNR+1); score: 1−ᾱ; μ: SNR over the square of x₀'s coefficient in μ (Ho et al. 2020, eq. 7).
/// </summary>
public static class LossWeighting
{
    public const string Uniform = "uniform";
    public const string MinSnr = "min_snr";
    public const string P2 = "p2";

    /// <summary>The names that <see cref="TrainingOptions.Weighting"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Uniform, MinSnr, P2];

    /// <summary>
    /// The factor of every timestep, [T], or null where all are 1. min_snr: min(1, γ/SNR) on ε (Hang et al. 2023, section 3.4);
    /// p2: (k + SNR)^−γ on ε (Choi et al. 2022); uniform: 1 on what is predicted, but 1−ᾱ on the score (Song et al. 2021,
    /// section 3.3), whose target grows without limit as the noise vanishes.
    /// </summary>
    internal static float[]? Of(TrainingOptions options, NoiseSchedule schedule)
    {
        var prediction = Parameterizations.Parse(options.Prediction);
        if (options.Weighting == Uniform && prediction != Parameterization.Score) return null;
        return [.. Enumerable.Range(0, schedule.Length).Select(t => (float)At(t))];

        double At(int t)
        {
            double alphaBar = schedule.AlphasCumprod[t], before = t > 0 ? schedule.AlphasCumprod[t - 1] : 1;
            var snr = alphaBar / (1 - alphaBar);
            return Factor(options, snr) * Ratio(prediction, alphaBar, before, snr);
        }
    }

    private static double Factor(TrainingOptions options, double snr) => options.Weighting switch
    {
        MinSnr => Math.Min(1, options.MinSnrGamma / snr),
        P2 => Math.Pow(options.P2K + snr, -options.P2Gamma),
        _ => 1,
    };

    private static double Ratio(Parameterization prediction, double alphaBar, double before, double snr)
    {
        switch (prediction)
        {
            case Parameterization.Epsilon: return 1;
            case Parameterization.Sample: return snr;
            case Parameterization.VPrediction: return snr / (snr + 1);
            case Parameterization.Score: return 1 - alphaBar;
        }
        var coefficient = Math.Sqrt(before) * (1 - alphaBar / before) / (1 - alphaBar);
        return snr / (coefficient * coefficient);
    }
}
