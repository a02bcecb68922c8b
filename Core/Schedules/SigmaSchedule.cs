namespace Playground.Core.Schedules;

/// <summary>
/// The noise-to-signal ratios σ = √((1−ᾱ)/ᾱ) that a run visits, and their timesteps. One σ more than timesteps: the last is where
/// the run ends.
/// </summary>
/// <param name="Timesteps">[n], noisiest first.</param>
/// <param name="Sigmas">[n + 1], falling.</param>
public sealed record SigmaSchedule(float[] Timesteps, float[] Sigmas)
{
    /// <summary>σ_t of every trained timestep, [T]. Where ᾱ is 0 it is taken as 2⁻²⁴, so that σ stays finite.</summary>
    public static float[] Of(NoiseSchedule schedule)
        => [.. schedule.AlphasCumprod.Select(a => a == 0 ? 1f / (1 << 24) : a).Select(a => MathF.Sqrt((1 - a) / a))];

    /// <summary>σ at timesteps that may be fractional: linear in between.</summary>
    public static double[] Interpolate(float[] sigmas, IEnumerable<float> timesteps) => [.. timesteps.Select(t => At(sigmas, t))];

    /// <summary>n values from σ_max to σ_min, evenly spaced in σ^(1/ρ) (Karras et al. 2022, eq. 5).</summary>
    public static double[] Karras(double sigmaMin, double sigmaMax, int n, double rho = 7)
    {
        var (low, high) = (Math.Pow(sigmaMin, 1 / rho), Math.Pow(sigmaMax, 1 / rho));
        return [.. Ramp(n).Select(u => Math.Pow(high + u * (low - high), rho))];
    }

    /// <summary>n values from σ_max to σ_min, evenly spaced in log σ.</summary>
    public static double[] Exponential(double sigmaMin, double sigmaMax, int n)
    {
        var (low, high) = (Math.Log(sigmaMin), Math.Log(sigmaMax));
        return [.. Ramp(n).Select(u => Math.Exp(high + u * (low - high)))];
    }

    /// <summary>The timestep, fractional, at which the schedule has the given σ: linear in log σ.</summary>
    public static double TimestepOf(double sigma, float[] logSigmas)
    {
        var log = (float)Math.Log(Math.Max(sigma, 1e-10));
        var i = Array.FindLastIndex(logSigmas, l => l <= log);
        i = Math.Clamp(i, 0, logSigmas.Length - 2);
        var w = Math.Clamp((logSigmas[i] - log) / (logSigmas[i] - logSigmas[i + 1]), 0f, 1f);
        return (1 - w) * i + w * (i + 1);
    }

    private static double At(float[] sigmas, double t)
    {
        if (t <= 0) return sigmas[0];
        if (t >= sigmas.Length - 1) return sigmas[^1];
        var i = (int)t;
        return ((double)sigmas[i + 1] - sigmas[i]) * (t - i) + sigmas[i];
    }

    private static IEnumerable<double> Ramp(int n) => Enumerable.Range(0, n).Select(i => n == 1 ? 0 : (double)i / (n - 1));
}
