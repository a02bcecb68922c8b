using System.Text.Json;
using Playground.Core.Schedules;

namespace Playground.Core.Samplers;

/// <summary>
/// The keys of diffusers' scheduler files. Of a file of a sampler's own scheduler, every key is honored or refused by name; one that the
/// class does not have is passed over there and here.
/// </summary>
internal static class SchedulerKeys
{
    private static readonly string[] s_clip = ["clip_sample", "clip_sample_range"];
    private static readonly string[] s_threshold = ["thresholding", "dynamic_thresholding_ratio", "sample_max_value"];

    // What no class shares with all; use_exponential_sigmas and final_sigmas_type came to some of them after 0.27.
    private static readonly Dictionary<string, string[]> s_own = new()
    {
        ["DDPMScheduler"] = [.. s_clip, .. s_threshold],
        ["DDIMScheduler"] = [.. s_clip, .. s_threshold],
        ["EulerDiscreteScheduler"] = ["use_karras_sigmas", "use_exponential_sigmas", "final_sigmas_type"],
        ["EulerAncestralDiscreteScheduler"] = [],
        ["HeunDiscreteScheduler"] = [.. s_clip, "use_karras_sigmas", "use_exponential_sigmas"],
        ["DPMSolverMultistepScheduler"] = [.. s_threshold, "use_karras_sigmas", "use_exponential_sigmas", "final_sigmas_type"],
        ["UniPCMultistepScheduler"] = [.. s_threshold, "use_karras_sigmas", "use_exponential_sigmas", "final_sigmas_type"],
        ["PNDMScheduler"] = [],
        ["LCMScheduler"] = [.. s_clip, .. s_threshold],
    };

    // Without a meaning of their own, or of releases before 0.3 that wrote what holds anyway.
    private static readonly string[] s_idle = ["tensor_format", "timestep_values", "flow_shift", "time_shift_type"];

    /// <summary>The file as its own class reads it: without the settings that the class does not have.</summary>
    public static SchedulerConfig OwnOf(SchedulerConfig file)
    {
        string[] own = s_own.GetValueOrDefault(file.ClassName, []);
        return file with
        {
            ClipSample = own.Contains("clip_sample") ? file.ClipSample : null,
            Thresholding = own.Contains("thresholding") && file.Thresholding,
            UseKarrasSigmas = own.Contains("use_karras_sigmas") ? file.UseKarrasSigmas : null,
            UseExponentialSigmas = own.Contains("use_exponential_sigmas") ? file.UseExponentialSigmas : null,
            FinalSigmasType = own.Contains("final_sigmas_type") ? file.FinalSigmasType : null,
        };
    }

    /// <summary>The file with its class's own defaults for keys that it leaves out and that other classes set otherwise.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="keys">Those that are in it.</param>
    public static SchedulerConfig WithDefaults(SchedulerConfig file, IReadOnlyCollection<string> keys)
    {
        if (file.ClassName is not ("HeunDiscreteScheduler" or "LCMScheduler")) return file;
        if (!keys.Contains("beta_start")) file = file with { BetaStart = 0.00085f };
        if (!keys.Contains("beta_end")) file = file with { BetaEnd = 0.012f };
        return file.ClassName == "LCMScheduler" && !keys.Contains("beta_schedule") ? file with { BetaSchedule = "scaled_linear" } : file;
    }

    /// <summary>Refuses what the sampler would have to pass over of a file of its own scheduler.</summary>
    /// <param name="sampler">The sampler.</param>
    /// <param name="file">Of the sampler's own scheduler.</param>
    /// <param name="options">What the request says itself, which goes before the file.</param>
    /// <exception cref="PlaygroundException">Names the key, its value and what to do.</exception>
    public static void Require(SamplerDescription sampler, SchedulerConfig file, SamplerOptions options)
    {
        foreach (var (key, value) in file.OtherKeys ?? [])
        {
            if (key == "predict_epsilon" && value.ValueKind == JsonValueKind.False)
                throw Refusal(key, "false", "which later releases write as prediction_type sample; write that");
            if (!IsIdle(key, value))
                throw Refusal(key, value.GetRawText(), "which is not known here; take it out if images are right without");
        }
        OneOf("interpolation_type", file.InterpolationType, ["linear", "log_linear"]);
        OneOf("timestep_type", file.TimestepType, ["discrete", "continuous"]);
        OneOf("final_sigmas_type", file.FinalSigmasType, ["zero", "sigma_min"]);
        if (sampler.Scheduler == "DPMSolverMultistepScheduler") RequireDpm(sampler, file, options);
        if (sampler.Scheduler == "UniPCMultistepScheduler")
            OneOf("solver_type", file.SolverType, ["bh2", "bh1", "midpoint", "heun", "logrho"]);
    }

    private static void RequireDpm(SamplerDescription sampler, SchedulerConfig file, SamplerOptions options)
    {
        OneOf("algorithm_type", file.AlgorithmType, ["dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver", "deis"]);
        OneOf("solver_type", file.SolverType, ["midpoint", "heun", "logrho", "bh1", "bh2"]);
        if (file.AlgorithmType?.StartsWith("sde", StringComparison.Ordinal) == true && !sampler.IsStochastic)
            throw Refusal("algorithm_type", file.AlgorithmType, $"and {sampler.Name} adds no noise; use dpmpp-2m-sde");
        const int usual = 2;
        if (options.Order is null && file.SolverOrder is { } order && order != usual && order != sampler.Order)
            throw Refusal("solver_order", $"{order}", $"and {sampler.Name} is of order {sampler.Order}; "
                + (order == 3 && sampler.Name == "dpmpp-2m" ? "use dpmpp-3m, or " : "") + $"set the option order, 1 to {sampler.MaxOrder}");
        var form = file.AlgorithmType is "dpmsolver" or "sde-dpmsolver";
        if (form && (options.FinalSigma ?? file.FinalSigmasType ?? "zero") == "zero")
            throw Refusal("algorithm_type", file.AlgorithmType!,
                "whose steps cannot end at σ = 0; set final_sigmas_type to sigma_min, or the "
                + "option finalSigma to min");
    }

    private static bool IsIdle(string key, JsonElement value) => key.StartsWith('_') || s_idle.Contains(key)
        || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (key == "predict_epsilon" && value.ValueKind == JsonValueKind.True);

    private static void OneOf(string key, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && !allowed.Contains(value)) throw Refusal(key, value, $"and it must be one of {string.Join(", ", allowed)}");
    }

    private static PlaygroundException Refusal(string key, string value, string what)
    {
        const int most = 60;
        value = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new($"The model's scheduler_config.json has {key} = {(value.Length > most ? value[..most] + "…" : value)}, {what}.");
    }
}
