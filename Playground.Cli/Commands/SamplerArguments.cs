using System.CommandLine;
using System.Text.RegularExpressions;
using Playground.Core;
using Playground.Core.Generation;
using Playground.Core.Samplers;
using Playground.Core.Schedules;

namespace Playground.Cli.Commands;

/// <summary>The flags that choose a sampler and change its defaults.</summary>
internal static partial class SamplerArguments
{
    private static readonly Option<string> s_sampler = new("--sampler")
    { DefaultValueFactory = _ => "ddim", Description = string.Join(", ", SamplerCatalog.Names) };
    private static readonly Option<double?> s_eta = new("--eta") { Description = "DDIM's eta, 0 to 1" };
    private static readonly Option<string?> s_spacing = new("--spacing") { Description = string.Join(", ", TimestepSpacing.Names) };
    private static readonly Option<int?> s_offset = new("--steps-offset") { Description = "Added to the timesteps of leading" };
    private static readonly Option<int?> s_order = new("--order") { Description = "Order of dpmpp and unipc, 1 to 3" };
    private static readonly Option<string?> s_finalSigma = new("--final-sigma") { Description = "Where a sigma-sampler ends: zero or min" };
    private static readonly Option<string?> s_clip = new("--clip-sample") { Description = "Clip the predicted x_0: on or off" };
    private static readonly Option<float?> s_clipRange = new("--clip-range") { Description = "Clip to plus and minus this" };
    private static readonly Option<float?> s_threshold = new("--threshold")
    { Description = "Dynamic thresholding of the predicted x_0 at this quantile, such as 0.995" };
    private static readonly Option<float?> s_thresholdMax = new("--threshold-max") { Description = "Greatest threshold; default 1" };
    private static readonly Option<bool> s_karras = new("--karras") { Description = "Karras' sigmas" };
    private static readonly Option<bool> s_exponential = new("--exponential") { Description = "Sigmas even in their logarithm" };
    private static readonly Option<double?> s_sigmaMin = new("--sigma-min") { Description = "Least sigma of --karras and --exponential" };
    private static readonly Option<double?> s_sigmaMax = new("--sigma-max")
    { Description = "Greatest sigma of --karras and --exponential" };
    private static readonly Option<string?> s_solverType = new("--solver-type")
    { Description = "dpmpp: midpoint or heun; unipc: bh2 or bh1" };
    private static readonly Option<string?> s_lowerOrderFinal = new("--lower-order-final")
    { Description = "Lower the order towards the end: on or off" };
    private static readonly Option<bool> s_eulerAtFinal = new("--euler-at-final") { Description = "dpmpp: the last step of order 1" };
    private static readonly Option<float?> s_lambdaMin = new("--lambda-min")
    { Description = "dpmpp: leave out timesteps noisier than this log-SNR half, such as -5.1 for the cosine schedule" };
    private static readonly Option<string?> s_variance = new("--variance-type")
    { Description = "ddpm: " + string.Join(", ", PosteriorVariance.Names) };
    private static readonly Option<string?> s_alphaToOne = new("--set-alpha-to-one")
    { Description = "ddim, pndm: no noise left after the last step: on or off" };
    private static readonly Option<bool> s_rederive = new("--rederive-noise") { Description = "ddim: take the noise from the clipped x_0" };
    private static readonly Option<bool> s_skipPrk = new("--skip-prk") { Description = "pndm: without the Runge-Kutta steps" };
    private static readonly Option<int?> s_originalSteps = new("--original-steps")
    { Description = "lcm: timesteps of the distillation; default 50" };
    private static readonly Option<float?> s_scaling = new("--timestep-scaling")
    { Description = "lcm: factor of the boundary condition; default 10" };
    private static readonly Option<bool> s_stride = new("--diffusers-previous-timestep")
    { Description = "ddpm, ddim, pndm: step to t - T/n as diffusers does" };

    // Which flag each problem is about.
    private static readonly Dictionary<string, Option> s_flags = new()
    {
        ["sampler"] = s_sampler,
        ["eta"] = s_eta,
        ["spacing"] = s_spacing,
        ["stepsOffset"] = s_offset,
        ["order"] = s_order,
        ["finalSigma"] = s_finalSigma,
        ["clipSample"] = s_clip,
        ["clipRange"] = s_clipRange,
        ["thresholding"] = s_threshold,
        ["thresholdRatio"] = s_threshold,
        ["thresholdMax"] = s_thresholdMax,
        ["karrasSigmas"] = s_karras,
        ["exponentialSigmas"] = s_exponential,
        ["sigmaMin"] = s_sigmaMin,
        ["sigmaMax"] = s_sigmaMax,
        ["solverType"] = s_solverType,
        ["lowerOrderFinal"] = s_lowerOrderFinal,
        ["eulerAtFinal"] = s_eulerAtFinal,
        ["lambdaMinClipped"] = s_lambdaMin,
        ["varianceType"] = s_variance,
        ["setAlphaToOne"] = s_alphaToOne,
        ["rederiveNoise"] = s_rederive,
        ["skipPrkSteps"] = s_skipPrk,
        ["originalSteps"] = s_originalSteps,
        ["timestepScaling"] = s_scaling,
        ["diffusersPreviousTimestep"] = s_stride,
    };

    // Fields whose flags the commands have themselves, by the same name.
    private static readonly HashSet<string> s_shared = ["steps", "count", "seed", "guidance", "precision"];

    public static IEnumerable<Option> All { get; } = [.. s_flags.Values.Distinct()];

    public static string Name(ParseResult parsed) => parsed.GetRequiredValue(s_sampler);

    public static SamplerOptions Read(ParseResult parsed) => new()
    {
        Eta = parsed.GetValue(s_eta),
        Spacing = parsed.GetValue(s_spacing),
        StepsOffset = parsed.GetValue(s_offset),
        Order = parsed.GetValue(s_order),
        FinalSigma = parsed.GetValue(s_finalSigma),
        ClipSample = IsOn(parsed, s_clip),
        ClipRange = parsed.GetValue(s_clipRange),
        Thresholding = parsed.GetValue(s_threshold) is null ? null : true,
        ThresholdRatio = parsed.GetValue(s_threshold),
        ThresholdMax = parsed.GetValue(s_thresholdMax),
        KarrasSigmas = parsed.GetValue(s_karras) ? true : null,
        ExponentialSigmas = parsed.GetValue(s_exponential) ? true : null,
        SigmaMin = parsed.GetValue(s_sigmaMin),
        SigmaMax = parsed.GetValue(s_sigmaMax),
        SolverType = parsed.GetValue(s_solverType),
        LowerOrderFinal = IsOn(parsed, s_lowerOrderFinal),
        EulerAtFinal = parsed.GetValue(s_eulerAtFinal) ? true : null,
        LambdaMinClipped = parsed.GetValue(s_lambdaMin),
        VarianceType = parsed.GetValue(s_variance),
        SetAlphaToOne = IsOn(parsed, s_alphaToOne),
        RederiveNoise = parsed.GetValue(s_rederive) ? true : null,
        SkipPrkSteps = parsed.GetValue(s_skipPrk) ? true : null,
        OriginalSteps = parsed.GetValue(s_originalSteps),
        TimestepScaling = parsed.GetValue(s_scaling),
        DiffusersPreviousTimestep = parsed.GetValue(s_stride) ? true : null,
    };

    /// <summary>The problem in the words of the command line: its flags for the fields.</summary>
    public static PlaygroundException Refuse(SamplingProblem problem)
    {
        var flags = s_flags.Concat(EditingArguments.Flags).Concat(TextArguments.Flags).ToDictionary(f => f.Key, f => f.Value.Name);
        return new PlaygroundException(FieldName().Replace(problem.Message, m => flags.GetValueOrDefault(m.Value)
            ?? (s_shared.Contains(m.Value) ? $"--{m.Value}" : m.Value)));
    }

    // A name of several words is a field wherever it stands; one word, such as strength, only where a sentence speaks of a field so.
    [GeneratedRegex(@"\b[a-z]+[A-Z]\w*|(?<=^|without |, and )[a-z]+(?=$|,| is\b| was\b| has\b)")]
    private static partial Regex FieldName();

    private static bool? IsOn(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        "on" => true,
        "off" => false,
        var value => throw new PlaygroundException($"{option.Name} is '{value}'; use on or off."),
    };
}
