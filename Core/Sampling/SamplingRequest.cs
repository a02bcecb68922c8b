using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Samplers;

namespace Playground.Core.Sampling;

/// <summary>One value of a request that cannot be used: its field in camelCase, and what is allowed.</summary>
public sealed record SamplingProblem(string Field, string Message);

/// <summary>What to sample. Picture <c>i</c> has the seed <c>Seed + i</c> and its own random stream, so each can be made again alone.</summary>
public sealed record SamplingRequest
{
    public const int DefaultMaxCount = 64;

    /// <summary>One of <see cref="SamplerCatalog.Names"/>.</summary>
    public string Sampler { get; init; } = "ddim";

    /// <summary>1 to the number of timesteps that the model was trained on.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>DDIM's η, 0 to 1; the other samplers pass it over.</summary>
    public double Eta { get; init; }

    /// <summary>What is to differ from the sampler's defaults.</summary>
    public SamplerOptions Options { get; init; } = SamplerOptions.Default;

    /// <summary>The sampler as other programs write it, such as "DPM++ 2M Karras".</summary>
    public string SamplerTitle => SamplerCatalog.Get(Sampler).Title + (Options.KarrasSigmas == true ? " Karras" : Options.ExponentialSigmas == true ? " Exponential" : "");

    /// <summary>How many model calls the run makes at most.</summary>
    public int Calls => SamplerCatalog.Calls(Sampler, Steps, Options);

    /// <summary>Number of pictures.</summary>
    public int Count { get; init; } = 16;

    /// <summary>Seed of the first picture, 0 to 2⁶³ − 1.</summary>
    public long Seed { get; init; }

    /// <summary>Classes, cycled over the pictures; empty: all of the model's classes in turn.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Classifier-free guidance w in ε_∅ + w·(ε_c − ε_∅), 0 to 20; 1 switches it off.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = Engine.Precision.Float32;

    /// <summary>The sampler that the request names, on a model's schedule.</summary>
    /// <exception cref="PlaygroundException">The settings do not go together, or not with the schedule.</exception>
    public ISampler CreateSampler(SchedulerConfig scheduler)
        => SamplerFactory.Create(Sampler, scheduler, Steps, Sampler == "ddim" ? Options with { Eta = Options.Eta ?? Eta } : Options);

    // What only the schedule can tell, such as noise to be predicted where there is nothing else.
    private SamplingProblem? Refusal(SchedulerConfig scheduler)
    {
        try
        {
            CreateSampler(scheduler);
            return null;
        }
        catch (PlaygroundException e)
        {
            return new SamplingProblem(e.Message.StartsWith("steps is", StringComparison.Ordinal) ? "steps" : "sampler", e.Message);
        }
    }

    /// <summary>Everything in the request that this model cannot do; empty when fine.</summary>
    public IReadOnlyList<SamplingProblem> Validate(ModelSummary model, int maxCount = DefaultMaxCount)
    {
        var problems = new List<SamplingProblem>();
        foreach (var (field, message) in SamplerCatalog.Problems(Sampler, Options, Steps, model.TrainTimesteps)) Need(false, field, message);
        Need(Steps >= 1 && Steps <= model.TrainTimesteps, "steps", $"steps is {Steps}; it must be 1 to {model.TrainTimesteps}, the number of timesteps that the model was trained on.");
        Need(Eta is >= 0 and <= 1, "eta", $"eta is {Eta}; it must be 0 to 1.");
        Need(Count >= 1 && Count <= maxCount, "count", $"count is {Count}; it must be 1 to {maxCount}.");
        Need(Seed >= 0 && Seed <= long.MaxValue - Math.Max(Count, 0), "seed", $"seed is {Seed}; it must be 0 to 2^63 − 1 less the count.");
        Need(Guidance is >= 0 and <= 20, "guidance", $"guidance is {Guidance}; it must be 0 to 20.");
        Need(Guidance == 1 || model.HasNullClass || !(Guidance is >= 0 and <= 20), "guidance", $"guidance is {Guidance}, and the model '{model.Name}' was not trained with a \"no class\" label; use 1.");
        Need(Engine.Precision.IsKnown(Precision), "precision", $"precision '{Precision}' is not known; use f32 or bf16.");
        foreach (var k in Classes)
            Need(model.Classes is { } n && k >= 0 && k < n, "classes", model.Classes is { } m ? $"class {k} does not exist; the model's classes are 0 to {m - 1}." : $"class {k} was asked for, and the model '{model.Name}' has no classes; leave it out.");
        if (problems.Count == 0 && Refusal(model.Scheduler) is { } refusal) problems.Add(refusal);
        return problems;

        void Need(bool fine, string field, string message)
        {
            if (!fine) problems.Add(new SamplingProblem(field, message));
        }
    }
}
