using Playground.Core.Schedules;
using O = Playground.Core.Samplers.SamplerOptions;

namespace Playground.Core.Samplers;

/// <summary>A sampler as people choose it.</summary>
/// <param name="Name">What requests and the command line call it.</param>
/// <param name="Title">What pages and recipes call it.</param>
/// <param name="Scheduler">The scheduler of diffusers 0.27 whose defaults it has.</param>
/// <param name="Spacing">Its default spacing.</param>
/// <param name="Options">The properties of <see cref="SamplerOptions"/> that it takes.</param>
public sealed record SamplerDescription(string Name, string Title, string Scheduler, string Spacing, IReadOnlyList<string> Options)
{
    /// <summary>Its default order, for multistep methods.</summary>
    public int Order { get; init; } = 1;

    public int MaxOrder { get; init; } = 1;

    /// <summary>What <see cref="SamplerOptions.SolverType"/> may be, the default first.</summary>
    public IReadOnlyList<string> SolverTypes { get; init; } = [];

    /// <summary>Whether it ends at σ = 0 by default, and not at the schedule's least σ.</summary>
    public bool EndsAtZero { get; init; } = true;

    /// <summary>Whether it clips the predicted x₀ by default.</summary>
    public bool Clips { get; init; }

    /// <summary>Whether its pictures depend on noise drawn on the way (DDIM's do when η is above 0).</summary>
    public bool IsStochastic { get; init; }

    /// <summary>
    /// Whether each step is one model call and remembers nothing of those before, so that a run can go back and repeat some.
    /// </summary>
    public bool IsMemoryless { get; init; }
}

/// <summary>Every sampler there is, with what it takes.</summary>
public static class SamplerCatalog
{
    private static readonly string[] s_clip = [nameof(O.ClipSample), nameof(O.ClipRange), nameof(O.Thresholding), nameof(O.ThresholdRatio),
        nameof(O.ThresholdMax)];
    private static readonly string[] s_spacing = [nameof(O.Spacing), nameof(O.StepsOffset)];
    private static readonly string[] s_sigma = [.. s_spacing, .. s_clip, nameof(O.FinalSigma), nameof(O.KarrasSigmas),
        nameof(O.ExponentialSigmas), nameof(O.SigmaMin), nameof(O.SigmaMax)];
    private static readonly string[] s_dpm = [.. s_sigma, nameof(O.Order), nameof(O.SolverType), nameof(O.LowerOrderFinal),
        nameof(O.EulerAtFinal), nameof(O.LambdaMinClipped)];

    public static IReadOnlyList<SamplerDescription> All { get; } =
    [
        new("ddpm", "DDPM", "DDPMScheduler", "leading", [.. s_spacing, .. s_clip, nameof(O.VarianceType),
            nameof(O.DiffusersPreviousTimestep)]) { Clips = true, IsStochastic = true, IsMemoryless = true },
        new("ddim", "DDIM", "DDIMScheduler", "leading", [.. s_spacing, .. s_clip, nameof(O.Eta), nameof(O.SetAlphaToOne),
            nameof(O.RederiveNoise), nameof(O.DiffusersPreviousTimestep)]) { Clips = true, IsMemoryless = true },
        new("euler", "Euler", "EulerDiscreteScheduler", "linspace", s_sigma) { IsMemoryless = true },
        new("euler-a", "Euler a", "EulerAncestralDiscreteScheduler", "linspace", s_sigma) { IsStochastic = true, IsMemoryless = true },
        new("heun", "Heun", "HeunDiscreteScheduler", "linspace", s_sigma),
        new("dpmpp-2m", "DPM++ 2M", "DPMSolverMultistepScheduler", "linspace", s_dpm)
            { Order = 2, MaxOrder = 3, SolverTypes = ["midpoint", "heun"] },
        new("dpmpp-3m", "DPM++ 3M", "DPMSolverMultistepScheduler", "linspace", s_dpm)
            { Order = 3, MaxOrder = 3, SolverTypes = ["midpoint", "heun"] },
        new("dpmpp-2m-sde", "DPM++ 2M SDE", "DPMSolverMultistepScheduler", "linspace", s_dpm)
            { Order = 2, MaxOrder = 2, SolverTypes = ["midpoint", "heun"], IsStochastic = true },
        new("unipc", "UniPC", "UniPCMultistepScheduler", "linspace", [.. s_sigma, nameof(O.Order), nameof(O.SolverType),
            nameof(O.LowerOrderFinal)]) { Order = 2, MaxOrder = 3, SolverTypes = ["bh2", "bh1"], EndsAtZero = false },
        new("pndm", "PNDM", "PNDMScheduler", "leading",
            [.. s_spacing, nameof(O.SetAlphaToOne), nameof(O.SkipPrkSteps), nameof(O.DiffusersPreviousTimestep)]),
        new("lcm", "LCM", "LCMScheduler", "leading", [.. s_clip, nameof(O.OriginalSteps), nameof(O.TimestepScaling)])
            { IsStochastic = true, IsMemoryless = true },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(s => s.Name)];

    /// <summary>Null when there is none of that name.</summary>
    public static SamplerDescription? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <exception cref="PlaygroundException">There is none of that name; the message lists those there are.</exception>
    public static SamplerDescription Get(string name) => Find(name) ?? throw new PlaygroundException(Unknown(name));

    /// <summary>How many model calls a run of <paramref name="steps"/> makes at most: more than the steps for Heun and PNDM.</summary>
    public static int Calls(string name, int steps, SamplerOptions options) => name switch
    {
        "heun" => 2 * steps - 1,
        "pndm" when options.SkipPrkSteps == true => steps == 1 ? 1 : steps + 1,
        "pndm" => steps + 9,
        _ => steps,
    };

    /// <summary>
    /// Everything in the request that cannot be used: the name of the field in camelCase, and a sentence. Empty when fine.
    /// </summary>
    public static IReadOnlyList<(string Field, string Message)> Problems(string name, SamplerOptions options, int steps, int trained)
    {
        if (Find(name) is not { } sampler) return [("sampler", Unknown(name))];
        var problems = new OptionProblems();
        foreach (var option in options.Given().Except(sampler.Options))
        {
            var takers = All.Where(s => s.Options.Contains(option)).Select(s => s.Name);
            problems.Add(option, $"{OptionProblems.KeyOf(option)} does not go with {name}; it goes with {string.Join(", ", takers)}.");
        }
        problems.OneOf(nameof(O.Spacing), options.Spacing, TimestepSpacing.Names);
        problems.OneOf(nameof(O.FinalSigma), options.FinalSigma, ["zero", "min"]);
        problems.OneOf(nameof(O.VarianceType), options.VarianceType, PosteriorVariance.Names);
        if (sampler.SolverTypes.Count > 0) problems.OneOf(nameof(O.SolverType), options.SolverType, sampler.SolverTypes);
        problems.Need(nameof(O.StepsOffset), options.StepsOffset, o => o >= 0 && o < trained, $"0 to {trained - 1}");
        if (sampler.MaxOrder > 1)
            problems.Need(nameof(O.Order), options.Order, o => o >= 1 && o <= sampler.MaxOrder, $"1 to {sampler.MaxOrder} for {name}");
        problems.Need(nameof(O.ClipRange), options.ClipRange, r => r > 0 && float.IsFinite(r), "above 0");
        problems.Need(nameof(O.ThresholdRatio), options.ThresholdRatio, r => r is >= 0 and <= 1, "0 to 1");
        problems.Need(nameof(O.ThresholdMax), options.ThresholdMax, r => r > 0 && float.IsFinite(r), "above 0");
        problems.Need(nameof(O.Eta), options.Eta, e => e is >= 0 and <= 1, "0 to 1");
        problems.Need(nameof(O.SigmaMin), options.SigmaMin, s => s > 0 && double.IsFinite(s) && !(s >= options.SigmaMax),
            "above 0 and below sigmaMax");
        problems.Need(nameof(O.SigmaMax), options.SigmaMax, s => s > 0 && double.IsFinite(s), "above 0");
        problems.Need(nameof(O.LambdaMinClipped), options.LambdaMinClipped, l => l < 0, "below 0");
        problems.Need(nameof(O.TimestepScaling), options.TimestepScaling, s => s > 0 && float.IsFinite(s), "above 0");
        problems.Need(nameof(O.OriginalSteps), options.OriginalSteps, n => n >= 1 && n <= trained,
            $"1 to {trained}, the number of timesteps that the model was trained on");
        if (options is { KarrasSigmas: true, ExponentialSigmas: true })
            problems.Add(nameof(O.ExponentialSigmas), "karrasSigmas and exponentialSigmas exclude each other; use one.");
        if (options is { SigmaMin: not null } or { SigmaMax: not null }
            && options is not ({ KarrasSigmas: true } or { ExponentialSigmas: true }))
            problems.Add(options.SigmaMin is null ? nameof(O.SigmaMax) : nameof(O.SigmaMin),
                "sigmaMin and sigmaMax need karrasSigmas or exponentialSigmas.");
        return problems.Found;
    }

    private static string Unknown(string name) => $"sampler '{name}' is not known; use one of: {string.Join(", ", Names)}.";
}
