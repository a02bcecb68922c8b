using Playground.Core.Checkpoints;
using Playground.Core.Schedules;

namespace Playground.Core.Samplers;

/// <summary>
/// A sampler's settings with nothing left open: the request's, else the file's where the file is of the sampler's own scheduler, else
/// the default of that scheduler in diffusers 0.27.
/// </summary>
internal sealed record SamplerSettings
{
    public required SamplerDescription Sampler { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required Parameterization Parameterization { get; init; }
    public required int Steps { get; init; }
    public required string Spacing { get; init; }
    public required int Offset { get; init; }
    public required int Order { get; init; }
    public required bool EndsAtZero { get; init; }
    public required float? Clip { get; init; }
    public required (float Ratio, float Max)? Threshold { get; init; }
    public required bool Karras { get; init; }
    public required bool Exponential { get; init; }
    public required double? SigmaMin { get; init; }
    public required double? SigmaMax { get; init; }
    public required string SolverType { get; init; }
    public required bool LowerOrderFinal { get; init; }

    /// <summary>Whether DPM-Solver and UniPC integrate ε, not x₀.</summary>
    public required bool OverNoise { get; init; }

    /// <summary>UniPC: steps after which nothing is corrected.</summary>
    public required IReadOnlyList<int> Uncorrected { get; init; }

    /// <summary>Euler: σ evenly spaced in its logarithm over the whole schedule, one more than timesteps.</summary>
    public required bool LogLinear { get; init; }

    /// <summary>Euler: the model is told ¼ ln σ.</summary>
    public required bool Continuous { get; init; }
    public required bool EulerAtFinal { get; init; }
    public required float LambdaMin { get; init; }
    public required float Eta { get; init; }
    public required string VarianceType { get; init; }
    public required bool SetAlphaToOne { get; init; }
    public required bool RederiveNoise { get; init; }
    public required bool SkipPrk { get; init; }
    public required int OriginalSteps { get; init; }
    public required float TimestepScaling { get; init; }

    /// <summary>T / n where the previous timestep is to be t − T / n; null where it comes from the list.</summary>
    public required int? Stride { get; init; }

    public int Trained => Schedule.Length;

    public static SamplerSettings Resolve(SamplerDescription sampler, SchedulerConfig config, int steps, SamplerOptions o)
    {
        var own = IsOwn(config.ClassName, sampler.Scheduler);
        if (own) SchedulerKeys.Require(sampler, config, o);
        var file = own ? SchedulerKeys.OwnOf(config) : config.HandsOn ? config : new SchedulerConfig();
        var isDpm = sampler.Scheduler == "DPMSolverMultistepScheduler";
        var clips = o.ClipSample ?? file.ClipSample ?? sampler.Clips;
        var thresholds = o.Thresholding ?? file.Thresholding;
        // A spacing of σ asked for by the request takes the place of the file's.
        var curves = (o.KarrasSigmas ?? o.ExponentialSigmas) is null;
        return new()
        {
            Sampler = sampler,
            Schedule = NoiseSchedule.FromConfig(config),
            Parameterization = Parameterizations.Parse(config.PredictionType),
            Steps = steps,
            Spacing = o.Spacing ?? file.TimestepSpacing ?? sampler.Spacing,
            Offset = o.StepsOffset ?? file.StepsOffset,
            Order = o.Order ?? (sampler.Name == "unipc" ? file.SolverOrder : null) ?? sampler.Order,
            EndsAtZero = (o.FinalSigma ?? file.FinalSigmasType) switch { null => sampler.EndsAtZero, "zero" => true, _ => false },
            Clip = clips ? o.ClipRange ?? file.ClipSampleRange : null,
            Threshold = thresholds ? (o.ThresholdRatio ?? file.DynamicThresholdingRatio ?? 0.995f,
                o.ThresholdMax ?? file.SampleMaxValue ?? 1) : null,
            Karras = o.KarrasSigmas ?? (curves && file.UseKarrasSigmas == true),
            // Lu's λ = −ln σ: even in λ is even in the logarithm of σ.
            Exponential = o.ExponentialSigmas ?? (curves && (file.UseExponentialSigmas == true
                || (isDpm && file.UseLuLambdas == true && file.UseKarrasSigmas != true))),
            SigmaMin = o.SigmaMin ?? file.SigmaMin,
            SigmaMax = o.SigmaMax ?? file.SigmaMax,
            SolverType = o.SolverType ?? (sampler.SolverTypes.Contains(file.SolverType ?? "")
                ? file.SolverType!
                : sampler.SolverTypes is [var first, ..] ? first : ""),
            LowerOrderFinal = o.LowerOrderFinal ?? file.LowerOrderFinal ?? true,
            OverNoise = (isDpm && file.AlgorithmType is ("dpmsolver" or "sde-dpmsolver"))
                || (sampler.Name == "unipc" && file.PredictX0 == false),
            Uncorrected = file.DisableCorrector ?? [],
            LogLinear = sampler.Name == "euler" && file.InterpolationType == "log_linear",
            Continuous = sampler.Name == "euler" && file.TimestepType == "continuous" && config.PredictionType == "v_prediction",
            EulerAtFinal = o.EulerAtFinal ?? file.EulerAtFinal ?? false,
            LambdaMin = o.LambdaMinClipped ?? file.LambdaMinClipped ?? float.NegativeInfinity,
            Eta = (float)(o.Eta ?? 0),
            VarianceType = o.VarianceType ?? file.VarianceType ?? "fixed_small",
            SetAlphaToOne = o.SetAlphaToOne ?? file.SetAlphaToOne ?? sampler.Name != "pndm",
            RederiveNoise = o.RederiveNoise ?? false,
            SkipPrk = o.SkipPrkSteps ?? file.SkipPrkSteps ?? false,
            OriginalSteps = o.OriginalSteps ?? file.OriginalInferenceSteps ?? 50,
            TimestepScaling = o.TimestepScaling ?? file.TimestepScaling ?? 10,
            Stride = o.DiffusersPreviousTimestep == true ? config.NumTrainTimesteps / steps : null,
        };
    }

    // DDPM's and DDIM's files hold the same keys with the same meaning, and models come with either.
    private static bool IsOwn(string file, string sampler) => file == sampler || (Twin(file) && Twin(sampler));

    private static bool Twin(string name) => name is "DDPMScheduler" or "DDIMScheduler";
}
