using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using Playground.Core.Schedules;

namespace Playground.Core.Generation;

/// <summary>What to sample. Every picture has a seed and a random stream of its own, so each can be made again alone.</summary>
public sealed partial record SamplingRequest : SamplingSettings
{
    /// <summary>Model calls per step on the way back to the noise of <see cref="Interpolate"/>'s pictures.</summary>
    public const int DefaultInversionCalls = 3;

    /// <summary>What is to differ from the sampler's defaults.</summary>
    public SamplerOptions Options { get; init; } = SamplerOptions.Default;

    /// <summary>The sampler as other programs write it, such as "DPM++ 2M Karras".</summary>
    public string SamplerTitle => SamplerCatalog.Get(Sampler).Title
        + (Options.KarrasSigmas == true ? " Karras" : Options.ExponentialSigmas == true ? " Exponential" : "");

    /// <summary>
    /// Each image's seed, in place of <see cref="SamplingSettings.Seed"/>; empty, or as many as <see cref="SamplingSettings.Count"/>.
    /// </summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>Classes, cycled over the pictures; empty: all of the model's classes in turn.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Where guidance is on.</summary>
    public GuidanceInterval GuidanceInterval { get; init; } = GuidanceInterval.All;

    /// <summary>Pictures to start from, of the model's size and channels, cycled over those to be made; null: start from noise.</summary>
    public PictureBatch? Init { get; init; }

    /// <summary>
    /// What of <see cref="Init"/> is drawn anew: white (128 and more) is, black is kept. One grey picture of the model's size.
    /// </summary>
    public PictureBatch? Mask { get; init; }

    /// <summary>How often what is drawn under the <see cref="Mask"/> is harmonised with what is kept.</summary>
    public RePaint RePaint { get; init; } = RePaint.Once;

    /// <summary>
    /// Two pictures of the model's size and channels: the first and the last of the pictures made come from the noise that DDIM, run
    /// backwards, finds for these, and those between from the noise between. Without a class they are of "no class".
    /// </summary>
    public PictureBatch? Interpolate { get; init; }

    /// <summary>
    /// Model calls per step while the noise of <see cref="Interpolate"/>'s pictures is sought, 1 to 20: more come closer to them.
    /// </summary>
    public int InversionCalls { get; init; } = DefaultInversionCalls;

    /// <summary>The seed of the picture at <paramref name="i"/>, 0-based.</summary>
    public long SeedOf(int i) => Seeds.Count > 0 ? Seeds[i] : VariationStrength > 0 ? Seed : Seed + i;

    /// <summary>Each picture's class; empty where there are none.</summary>
    public int[] ClassesFor(ModelSummary model)
    {
        if (model.Classes is not { } classes || (Interpolate is not null && Classes.Count == 0)) return [];
        return [.. Enumerable.Range(0, Count).Select(i => Classes.Count > 0 ? Classes[i % Classes.Count] : i % classes)];
    }

    /// <summary>The request for some of its pictures, which come out as in the whole.</summary>
    public SamplingRequest Part(int from, int count, ModelSummary model) => this with
    {
        Count = count,
        Seeds = [.. Enumerable.Range(from, count).Select(SeedOf)],
        VariationSeed = VariationSeed + from,
        Classes = [.. ClassesFor(model).Skip(from).Take(count)],
        Prompts = Prompts.Count == 0 ? [] : [.. Enumerable.Range(from, count).Select(PromptOf)],
        Init = Init?.Cycled(from, count),
    };

    /// <summary>The sampler that the request names, on a model's schedule.</summary>
    /// <exception cref="PlaygroundException">The settings do not go together, or not with the schedule.</exception>
    public ISampler CreateSampler(SchedulerConfig scheduler)
        // What clips cannot be undone; a request for interpolation means it off unless it says on.
        => SamplerFactory.Create(Sampler, scheduler, Steps, Interpolate is null
            ? Options
            : Options with { ClipSample = Options.ClipSample ?? false, Thresholding = Options.Thresholding ?? false });

    /// <summary>
    /// How many model calls a run makes: those of the steps that are left and repeated, and those on the way back to noise.
    /// </summary>
    /// <exception cref="PlaygroundException">The request does not fit the model; see <see cref="Validate"/>.</exception>
    public int CallsOn(ModelSummary model)
    {
        var sampler = CreateSampler(model.Scheduler);
        return Schedule(sampler).Length + (Interpolate is null ? 0 : sampler.Timesteps.Count * InversionCalls);
    }

    /// <summary>Steps that the strength leaves out, as diffusers' get_timesteps counts them.</summary>
    internal int StepsSkipped => Init is null ? 0 : Steps - Math.Min((int)(Steps * StrengthUsed), Steps);

    /// <summary>The indices of the model calls in the order in which they are made.</summary>
    internal int[] Schedule(ISampler sampler)
    {
        var first = sampler.FirstCall(StepsSkipped);
        return [.. RePaint.Schedule(Math.Max(0, sampler.Timesteps.Count - first)).Select(i => first + i)];
    }

    private double StrengthUsed => Strength ?? (Mask is null ? 0.8 : 1);
}
