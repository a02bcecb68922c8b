using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Core.Schedules;

/// <summary>
/// diffusers' <c>scheduler_config.json</c>. A setting that is null is not in the file: the scheduler's own default holds, which
/// differs from one to another (see <see cref="Samplers.SamplerCatalog"/>).
/// </summary>
public sealed record SchedulerConfig
{
    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = "DDPMScheduler";
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";

    /// <summary>β at the first timestep.</summary>
    [JsonPropertyName("beta_start")] public float BetaStart { get; init; } = 1e-4f;

    /// <summary>β at the last timestep.</summary>
    [JsonPropertyName("beta_end")] public float BetaEnd { get; init; } = 0.02f;

    /// <summary><c>linear</c>, <c>scaled_linear</c>, <c>squaredcos_cap_v2</c> or <c>sigmoid</c>.</summary>
    [JsonPropertyName("beta_schedule")] public string BetaSchedule { get; init; } = "linear";

    /// <summary>β of every timestep, [T]; replaces the schedule above.</summary>
    [JsonPropertyName("trained_betas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? TrainedBetas { get; init; }

    /// <summary>Shifts the schedule so that the last timestep is pure noise.</summary>
    [JsonPropertyName("rescale_betas_zero_snr"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>T, the number of timesteps trained on.</summary>
    [JsonPropertyName("num_train_timesteps")] public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary><c>epsilon</c>, <c>sample</c>, <c>v_prediction</c>; not diffusers': <c>mu</c>, <c>score</c>.</summary>
    [JsonPropertyName("prediction_type")] public string PredictionType { get; init; } = "epsilon";

    /// <summary>Clips the predicted x₀ to ±<see cref="ClipSampleRange"/>.</summary>
    [JsonPropertyName("clip_sample"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? ClipSample { get; init; }
    [JsonPropertyName("clip_sample_range")] public float ClipSampleRange { get; init; } = 1;

    /// <summary>Dynamic thresholding of the predicted x₀ (Saharia et al. 2022, section 2.3).</summary>
    [JsonPropertyName("thresholding"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Thresholding { get; init; }
    [JsonPropertyName("dynamic_thresholding_ratio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? DynamicThresholdingRatio { get; init; }
    [JsonPropertyName("sample_max_value"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? SampleMaxValue { get; init; }

    /// <summary>DDIM and PNDM: after the last step ᾱ is 1 when true, ᾱ₀ when false.</summary>
    [JsonPropertyName("set_alpha_to_one"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SetAlphaToOne { get; init; }
    [JsonPropertyName("steps_offset")] public int StepsOffset { get; init; }
    [JsonPropertyName("timestep_spacing"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimestepSpacing { get; init; }

    /// <summary>DDPM's variance: see <see cref="Schedules.PosteriorVariance"/>.</summary>
    [JsonPropertyName("variance_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VarianceType { get; init; }

    // The solvers' own keys.
    [JsonPropertyName("solver_order"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? SolverOrder { get; init; }
    [JsonPropertyName("solver_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? SolverType { get; init; }
    [JsonPropertyName("lower_order_final"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? LowerOrderFinal { get; init; }
    [JsonPropertyName("euler_at_final"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EulerAtFinal { get; init; }
    [JsonPropertyName("final_sigmas_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinalSigmasType { get; init; }
    [JsonPropertyName("lambda_min_clipped"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? LambdaMinClipped { get; init; }
    [JsonPropertyName("use_karras_sigmas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UseKarrasSigmas { get; init; }
    [JsonPropertyName("use_exponential_sigmas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UseExponentialSigmas { get; init; }
    [JsonPropertyName("sigma_min"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? SigmaMin { get; init; }
    [JsonPropertyName("sigma_max"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? SigmaMax { get; init; }
    [JsonPropertyName("skip_prk_steps"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SkipPrkSteps { get; init; }
    [JsonPropertyName("original_inference_steps"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OriginalInferenceSteps { get; init; }
    /// <summary>DPM-Solver: <c>dpmsolver++</c> (over x₀) or <c>dpmsolver</c> (over ε), each with <c>sde-</c> in front; "deis" is the
    /// first.</summary>
    [JsonPropertyName("algorithm_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AlgorithmType { get; init; }

    /// <summary>DPM-Solver: σ evenly spaced in λ, which is in its logarithm (Lu et al. 2022a).</summary>
    [JsonPropertyName("use_lu_lambdas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UseLuLambdas { get; init; }

    /// <summary>UniPC: its x₀ form when true, its ε form when false.</summary>
    [JsonPropertyName("predict_x0"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? PredictX0 { get; init; }

    /// <summary>UniPC: steps, 0-based, after which nothing is corrected.</summary>
    [JsonPropertyName("disable_corrector"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? DisableCorrector { get; init; }

    /// <summary>Euler: <c>linear</c>, or <c>log_linear</c>, σ evenly spaced in its logarithm.</summary>
    [JsonPropertyName("interpolation_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InterpolationType { get; init; }

    /// <summary>Euler: <c>discrete</c>, or <c>continuous</c>, where a model of v is told ¼ ln σ.</summary>
    [JsonPropertyName("timestep_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimestepType { get; init; }

    /// <summary>Keys that are none of the others. <see cref="Samplers.SchedulerKeys"/> refuses those that mean something.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement>? OtherKeys { get; set; }
    [JsonPropertyName("timestep_scaling"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? TimestepScaling { get; init; }

    /// <summary>
    /// Whether the file's settings hold for samplers of other kinds too, as diffusers' <c>from_config</c> has it. Where latents are
    /// denoised
    /// they must: clipping, the default of some, would cut them.
    /// </summary>
    [JsonIgnore] internal bool HandsOn { get; init; }

    /// <summary>The settings as <c>StableDiffusionPipeline</c> takes them: one more than the leading timesteps, no clipping.</summary>
    internal SchedulerConfig ForLatents() => this with { HandsOn = true, StepsOffset = 1, ClipSample = false, Thresholding = false };
}
