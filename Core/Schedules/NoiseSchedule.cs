using Playground.Core.Checkpoints;

namespace Playground.Core.Schedules;

/// <summary>β and ᾱ of the forward process q(x_t | x₀) = N(√ᾱ_t·x₀, (1−ᾱ_t)·I) (Ho et al. 2020, eq. 4), in float32.</summary>
public sealed class NoiseSchedule
{
    private NoiseSchedule(float[] betas)
    {
        Betas = betas;
        AlphasCumprod = new float[betas.Length];
        // libtorch's cumprod of float32 accumulates in float64 and rounds each product.
        var product = 1.0;
        for (var t = 0; t < betas.Length; t++) AlphasCumprod[t] = (float)(product *= 1f - betas[t]);
    }

    /// <summary>β_t, [T].</summary>
    public float[] Betas { get; }

    /// <summary>ᾱ_t = ∏ (1 − β), [T], falling from about 1 towards 0.</summary>
    public float[] AlphasCumprod { get; }

    /// <summary>T.</summary>
    public int Length => Betas.Length;

    /// <summary>β evenly spaced from <paramref name="betaStart"/> to <paramref name="betaEnd"/>.</summary>
    public static NoiseSchedule Linear(int T = 1000, float betaStart = 1e-4f, float betaEnd = 0.02f)
    {
        if (T < 2) throw new PlaygroundException($"num_train_timesteps is {T}; a schedule needs at least 2.");
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1))
            throw new PlaygroundException($"beta_start {betaStart} and beta_end {betaEnd} must satisfy 0 < beta_start ≤ beta_end < 1.");
        // As torch.linspace: from both ends towards the middle, in float32.
        var step = (betaEnd - betaStart) / (T - 1);
        var betas = new float[T];
        for (var t = 0; t < T; t++) betas[t] = t < T / 2 ? betaStart + step * t : betaEnd - step * (T - 1 - t);
        return new NoiseSchedule(betas);
    }

    /// <summary>The schedule that a <c>scheduler_config.json</c> names.</summary>
    /// <exception cref="PlaygroundException">The schedule or the prediction type is not one that is built here.</exception>
    public static NoiseSchedule FromConfig(SchedulerConfig config)
    {
        if (config.PredictionType != "epsilon")
            throw new PlaygroundException($"prediction_type '{config.PredictionType}' is not supported; use 'epsilon'.");
        return config.BetaSchedule == "linear"
            ? Linear(config.NumTrainTimesteps, config.BetaStart, config.BetaEnd)
            : throw new PlaygroundException($"beta_schedule '{config.BetaSchedule}' is not supported; use 'linear'.");
    }
}
