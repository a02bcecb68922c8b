namespace Playground.Core.Samplers;

/// <summary>
/// Settings that replace a sampler's own. Null: the sampler's default. Which sampler takes which stands in <see cref="SamplerCatalog"/>.
/// </summary>
public sealed record SamplerOptions
{
    public static SamplerOptions Default { get; } = new();

    /// <summary><c>leading</c>, <c>linspace</c> or <c>trailing</c>.</summary>
    public string? Spacing { get; init; }

    /// <summary>Added to the timesteps of leading, 0 or more.</summary>
    public int? StepsOffset { get; init; }

    /// <summary>Order of a multistep method, 1 to the sampler's greatest.</summary>
    public int? Order { get; init; }

    /// <summary>Where a σ-sampler ends: <c>zero</c>, or <c>min</c>, the schedule's least σ.</summary>
    public string? FinalSigma { get; init; }

    /// <summary>Clips the predicted x₀ to ±<see cref="ClipRange"/>.</summary>
    public bool? ClipSample { get; init; }

    /// <summary>Above 0.</summary>
    public float? ClipRange { get; init; }

    /// <summary>Dynamic thresholding of the predicted x₀ (Saharia et al. 2022, section 2.3); it takes the place of clipping.</summary>
    public bool? Thresholding { get; init; }

    /// <summary>The quantile of |x₀| that becomes 1, 0 to 1.</summary>
    public float? ThresholdRatio { get; init; }

    /// <summary>Greatest value of that quantile, above 0.</summary>
    public float? ThresholdMax { get; init; }

    /// <summary>σ as Karras et al. 2022 space it, ρ = 7.</summary>
    public bool? KarrasSigmas { get; init; }

    /// <summary>σ evenly spaced in its logarithm.</summary>
    public bool? ExponentialSigmas { get; init; }

    /// <summary>Least σ of the two spacings above; null: the schedule's.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>Greatest σ of the two spacings above; null: the schedule's.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>DPM-Solver++: <c>midpoint</c> or <c>heun</c>. UniPC: <c>bh1</c> or <c>bh2</c>.</summary>
    public string? SolverType { get; init; }

    /// <summary>Lowers the order towards the end (DPM-Solver++: only below 15 steps).</summary>
    public bool? LowerOrderFinal { get; init; }

    /// <summary>DPM-Solver++: the last step is of order 1.</summary>
    public bool? EulerAtFinal { get; init; }

    /// <summary>DPM-Solver++: timesteps with ln(√ᾱ/√(1−ᾱ)) below this are not visited; −5.1 for the cosine schedule.</summary>
    public float? LambdaMinClipped { get; init; }

    /// <summary>DDIM's η, 0 (deterministic) to 1 (as noisy as DDPM).</summary>
    public double? Eta { get; init; }

    /// <summary>DDPM's variance, one of <see cref="Schedules.PosteriorVariance.Names"/>.</summary>
    public string? VarianceType { get; init; }

    /// <summary>DDIM and PNDM: after the last step ᾱ is 1 when true, ᾱ₀ when false.</summary>
    public bool? SetAlphaToOne { get; init; }

    /// <summary>DDIM: takes ε from the clipped x₀ instead of from the model.</summary>
    public bool? RederiveNoise { get; init; }

    /// <summary>PNDM: leaves out the Runge–Kutta steps at the start (PLMS).</summary>
    public bool? SkipPrkSteps { get; init; }

    /// <summary>LCM: the number of timesteps that the model was distilled on, from which a run's are picked.</summary>
    public int? OriginalSteps { get; init; }

    /// <summary>LCM: the factor on t in its boundary condition, above 0.</summary>
    public float? TimestepScaling { get; init; }

    /// <summary>
    /// DDPM, DDIM and PNDM: step to t − T / n as diffusers does, instead of to the next timestep of the list. The two differ for
    /// linspace and trailing, where diffusers is wrong; switch it on to make the very pictures that diffusers makes.
    /// </summary>
    public bool? DiffusersPreviousTimestep { get; init; }

    /// <summary>The names of the options that are not null.</summary>
    internal IEnumerable<string> Given() => typeof(SamplerOptions).GetProperties()
        .Where(p => p is { Name: not nameof(Default) } && p.GetValue(this) is not (null or false)).Select(p => p.Name);
}
