using System.Text.Json.Serialization;

namespace Playground.Core.Checkpoints;

/// <summary>diffusers' <c>scheduler_config.json</c>; the defaults are those of its DDPM and DDIM schedulers.</summary>
public sealed record SchedulerConfig
{
    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = "DDPMScheduler";
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";

    /// <summary>β at the first timestep.</summary>
    [JsonPropertyName("beta_start")] public float BetaStart { get; init; } = 1e-4f;

    /// <summary>β at the last timestep.</summary>
    [JsonPropertyName("beta_end")] public float BetaEnd { get; init; } = 0.02f;

    [JsonPropertyName("beta_schedule")] public string BetaSchedule { get; init; } = "linear";

    /// <summary>Clips the predicted x₀ to ±<see cref="ClipSampleRange"/>.</summary>
    [JsonPropertyName("clip_sample")] public bool ClipSample { get; init; } = true;
    [JsonPropertyName("clip_sample_range")] public float ClipSampleRange { get; init; } = 1;

    /// <summary>T, the number of timesteps trained on.</summary>
    [JsonPropertyName("num_train_timesteps")] public int NumTrainTimesteps { get; init; } = 1000;

    [JsonPropertyName("prediction_type")] public string PredictionType { get; init; } = "epsilon";

    /// <summary>DDIM: after the last step ᾱ is 1 when true, ᾱ₀ when false.</summary>
    [JsonPropertyName("set_alpha_to_one")] public bool SetAlphaToOne { get; init; } = true;
    [JsonPropertyName("steps_offset")] public int StepsOffset { get; init; }
    [JsonPropertyName("timestep_spacing")] public string TimestepSpacing { get; init; } = "leading";

    /// <summary>DDPM: <c>fixed_small</c> or <c>fixed_large</c>.</summary>
    [JsonPropertyName("variance_type")] public string VarianceType { get; init; } = "fixed_small";
}
