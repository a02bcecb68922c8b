using Playground.Core.Checkpoints;

namespace Playground.Core.Schedules;

/// <summary>β and ᾱ of the forward process q(x_t | x₀) = N(√ᾱ_t·x₀, (1−ᾱ_t)·I) (Ho et al. 2020, eq. 4), in float32.</summary>
public sealed class NoiseSchedule
{
    private const int MaxLength = 1_000_000;

    private NoiseSchedule(float[] betas)
    {
        Betas = betas;
        AlphasCumprod = CumulativeProduct(betas);
    }

    /// <summary>The names that <c>beta_schedule</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"];

    /// <summary>β_t, [T].</summary>
    public float[] Betas { get; }

    /// <summary>ᾱ_t = ∏ (1 − β), [T], falling from about 1 towards 0.</summary>
    public float[] AlphasCumprod { get; }

    /// <summary>T.</summary>
    public int Length => Betas.Length;

    /// <summary>Whether the last timestep is pure noise: ᾱ_{T−1} = 0.</summary>
    public bool EndsAtZeroSnr => AlphasCumprod[^1] == 0;

    /// <summary>β evenly spaced from <paramref name="betaStart"/> to <paramref name="betaEnd"/> (Ho et al. 2020).</summary>
    public static NoiseSchedule Linear(int T = 1000, float betaStart = 1e-4f, float betaEnd = 0.02f)
    {
        Check(T, betaStart, betaEnd);
        return new NoiseSchedule(Evenly(T, betaStart, betaEnd));
    }

    /// <summary>√β evenly spaced (Rombach et al. 2022).</summary>
    public static NoiseSchedule ScaledLinear(int T = 1000, float betaStart = 1e-4f, float betaEnd = 0.02f)
    {
        Check(T, betaStart, betaEnd);
        return new NoiseSchedule([.. Evenly(T, Root(betaStart), Root(betaEnd)).Select(b => b * b)]);

        // By way of decimal, so that 0.00085f is 0.00085 before its root is rounded.
        static float Root(float beta) => (float)Math.Sqrt((double)(decimal)beta);
    }

    /// <summary>ᾱ = cos²((t/T + 0.008)/1.008·π/2), β at most 0.999 (Nichol &amp; Dhariwal 2021, eq. 17).</summary>
    public static NoiseSchedule Cosine(int T = 1000)
    {
        Check(T, 1e-4f, 0.02f);
        return new NoiseSchedule([.. Enumerable.Range(0, T)
            .Select(t => (float)Math.Min(1 - AlphaBar((t + 1.0) / T) / AlphaBar((double)t / T), 0.999))]);

        static double AlphaBar(double u) => Math.Pow(Math.Cos((u + 0.008) / 1.008 * Math.PI / 2), 2);
    }

    /// <summary>β along a sigmoid over −6 to 6 (Xu et al. 2022, GeoDiff).</summary>
    public static NoiseSchedule Sigmoid(int T = 1000, float betaStart = 1e-4f, float betaEnd = 0.02f)
    {
        Check(T, betaStart, betaEnd);
        return new NoiseSchedule([.. Evenly(T, -6, 6).Select(u => 1 / (1 + MathF.Exp(-u)) * (betaEnd - betaStart) + betaStart)]);
    }

    /// <summary>Any β, [T], each above 0 and at most 1.</summary>
    public static NoiseSchedule FromBetas(IReadOnlyList<float> betas)
    {
        if (betas.Count < 2) throw new PlaygroundException($"trained_betas holds {betas.Count} values; a schedule needs at least 2.");
        foreach (var beta in betas)
            if (!(beta > 0 && beta <= 1))
                throw new PlaygroundException($"trained_betas holds {beta}; every β must be above 0 and at most 1.");
        return new NoiseSchedule([.. betas]);
    }

    /// <summary>√ᾱ shifted and scaled so that the last is 0 and the first stays (Lin et al. 2023, algorithm 1).</summary>
    public NoiseSchedule RescaledToZeroTerminalSnr()
    {
        float[] root = [.. AlphasCumprod.Select(MathF.Sqrt)];
        var (first, last) = (root[0], root[^1]);
        float[] alphaBar = [.. root.Select(r => (r - last) * (first / (first - last))).Select(r => r * r)];
        return new NoiseSchedule([.. alphaBar.Select((a, t) => 1 - (t == 0 ? a : a / alphaBar[t - 1]))]);
    }

    /// <summary>The schedule that a <c>scheduler_config.json</c> names.</summary>
    /// <exception cref="PlaygroundException">The schedule or the prediction type is not known.</exception>
    public static NoiseSchedule FromConfig(SchedulerConfig config)
    {
        _ = Parameterizations.Parse(config.PredictionType);
        var (T, start, end) = (config.NumTrainTimesteps, config.BetaStart, config.BetaEnd);
        if (config.TrainedBetas is { } betas && betas.Count != T)
            throw new PlaygroundException($"trained_betas holds {betas.Count} values, and num_train_timesteps is {T}; make them equal.");
        var schedule = config.TrainedBetas is { } trained ? FromBetas(trained) : config.BetaSchedule switch
        {
            "linear" => Linear(T, start, end),
            "scaled_linear" => ScaledLinear(T, start, end),
            "squaredcos_cap_v2" => Cosine(T),
            "sigmoid" => Sigmoid(T, start, end),
            _ => throw new PlaygroundException(
                $"beta_schedule '{config.BetaSchedule}' is not known; use one of: {string.Join(", ", Names)}."),
        };
        return config.RescaleBetasZeroSnr ? schedule.RescaledToZeroTerminalSnr() : schedule;
    }

    /// <summary>The noise level of timestep <paramref name="t"/>, 0 to T − 1.</summary>
    public NoiseLevel At(int t) => NoiseLevel.Of(AlphasCumprod[t], t > 0 ? AlphasCumprod[t - 1] : 1);

    private static void Check(int T, float betaStart, float betaEnd)
    {
        if (T is < 2 or > MaxLength) throw new PlaygroundException($"num_train_timesteps is {T}; a schedule has 2 to {MaxLength}.");
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1))
            throw new PlaygroundException($"beta_start {betaStart} and beta_end {betaEnd} must satisfy 0 < beta_start ≤ beta_end < 1.");
    }

    // As torch.linspace: from both ends towards the middle, in float32.
    private static float[] Evenly(int n, float start, float end)
    {
        var step = (end - start) / (n - 1);
        return [.. Enumerable.Range(0, n).Select(i => i < n / 2 ? start + step * i : end - step * (n - 1 - i))];
    }

    // libtorch's cumprod of float32 accumulates in float64 and rounds each product.
    private static float[] CumulativeProduct(float[] betas)
    {
        var product = 1.0;
        return [.. betas.Select(beta => (float)(product *= 1f - beta))];
    }
}
