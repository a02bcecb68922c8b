using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Generation.Lora;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using Playground.Server.Hosting;
using Playground.Server.Loras;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>Turns what people ask for into what the engine takes, with the pictures that it names as the model takes them.</summary>
internal sealed class SampleRequestMapper(SourcePictures pictures, LoraStore loras)
{
    private static readonly JsonSerializerOptions s_strict = StrictJson.Apply(new(JsonSerializerDefaults.Web));

    /// <summary>
    /// The request with stand-ins of the right size for its pictures, which are looked for and not read: all that can be known of it
    /// without decoding anything.
    /// </summary>
    /// <exception cref="RequestException">An option is not known, a value cannot be used with this model, or a picture is not one of the
    /// owner's.</exception>
    public async Task<SamplingRequest> CheckAsync(SampleRequest request, ModelSummary model, string owner, CancellationToken ct)
    {
        var (width, height) = SizeOn(request, model);
        var core = await MapAsync(request, model, async (field, id, channels) =>
        {
            var found = await pictures.FindAsync(id, owner, ct) ?? throw NoPicture(field, id);
            var level = field == "mask" ? found.Brightest : (byte)0;
            return new PictureBatch(1, height, width, channels, [.. Enumerable.Repeat(level, height * width * channels)]);
        });
        var problems = core.Validate(model);
        if (problems.Count == 0 && MemoryAdmission.ProblemOf("count", MemoryNeed.OfSampling(model, core)) is var (field, message))
            problems = [new SamplingProblem(field, message)];
        if (problems.Count == 0 && SamplingTrial.Of(core, model) is { } refusal) problems = [refusal];
        return problems.Count == 0 ? core : throw RequestException.Invalid(problems.Select(p => (p.Field, p.Message)));
    }

    /// <summary>The request with its pictures, decoded.</summary>
    /// <exception cref="RequestException">A picture is not there any more.</exception>
    public Task<SamplingRequest> OpenAsync(SampleRequest request, ModelSummary model, string owner, CancellationToken ct)
        => MapAsync(request, model, async (field, id, channels)
            => await pictures.ReadAsync(id, owner, SizeOn(request, model), channels, ct) ?? throw NoPicture(field, id));

    // A size that is out of its range is refused later, and must not be allocated before.
    private static (int Width, int Height) SizeOn(SampleRequest request, ModelSummary model)
    {
        return model.Text is null ? (model.SampleSize, model.SampleSize) : (Side(request.Width), Side(request.Height));

        int Side(int? side) => side is { } s and > 0 and <= SamplingRequest.MaxSide ? s : model.SampleSize;
    }

    private List<LoraChoice> LorasOf(SampleRequest request, ModelSummary model)
    {
        var choices = new List<LoraChoice>();
        foreach (var (lora, i) in request.Loras.Take(SamplingRequest.MaxLoras + 1).Select((l, i) => (l, i)))
        {
            var field = $"loras[{i}].name";
            if (loras.Find(lora.Name) is not { } path)
                throw Invalid(field, $"LoRA '{lora.Name}' is not installed; GET /api/v1/loras lists those that are.");
            if (model.Text is not null && loras.FitOf(path, model).Problem is { } problem) throw Invalid(field, problem);
            choices.Add(new LoraChoice(path, lora.Strength));
        }
        return choices;
    }

    private async Task<SamplingRequest> MapAsync(SampleRequest request, ModelSummary model,
        Func<string, string, int, Task<PictureBatch>> readAsync)
    {
        // More than are to be made would not be looked at.
        string[] init = [.. request.Init.Take(Math.Clamp(request.Count, 1, SamplingSettings.MostImages))];
        return WithoutImages(request, model) with
        {
            Init = init.Length > 0 ? PictureBatch.Concat(await Task.WhenAll(init.Select(id => readAsync("init", id, model.Channels))))
                : null,
            Mask = request.Mask is { } mask ? await readAsync("mask", mask, 1) : null,
            Interpolate = request.Interpolate is { } pair
                ? PictureBatch.Concat([await readAsync("interpolate.from", pair.From, model.Channels),
                    await readAsync("interpolate.to", pair.To, model.Channels)])
                : null,
        };
    }

    private SamplingRequest WithoutImages(SampleRequest request, ModelSummary model) => new()
    {
        Sampler = request.Sampler,
        Options = OptionsOf(request),
        Steps = request.Steps,
        Classes = request.Classes,
        Prompts = request.Prompt.Length > 0 ? [request.Prompt] : [],
        NegativePrompt = request.NegativePrompt,
        ClipSkip = request.ClipSkip,
        Loras = LorasOf(request, model),
        Width = request.Width,
        Height = request.Height,
        Guidance = request.Guidance,
        GuidanceRescale = request.GuidanceRescale,
        GuidanceInterval = IntervalOf(request.GuidanceInterval),
        Count = request.Count,
        Seed = request.Seed,
        Seeds = request.Seeds,
        VariationSeed = request.VariationSeed,
        VariationStrength = request.VariationStrength,
        Strength = request.Strength,
        RePaint = request.Repaint is { } repaint ? new(repaint.JumpLength, repaint.Resamples) : RePaint.Once,
        InversionCalls = request.Interpolate?.InversionCalls ?? SamplingRequest.DefaultInversionCalls,
        Precision = request.Precision,
    };

    private static RequestException NoPicture(string field, string id)
        => Invalid(field, $"{field} is '{id}', and there is no such picture; upload it first: POST /api/v1/pictures.");

    public static RequestException Invalid(string field, string message) => RequestException.Invalid(field, message);

    private static SamplerOptions OptionsOf(SampleRequest request)
    {
        try
        {
            var options = request.Options.Deserialize<SamplerOptions>(s_strict) ?? SamplerOptions.Default;
            // What eta says holds for DDIM, unless its options say it too.
            return request.Sampler == "ddim" && request.Eta != 0 ? options with { Eta = options.Eta ?? request.Eta } : options;
        }
        catch (JsonException e)
        {
            throw Invalid("options",
                $"options{e.Path?.TrimStart('$')} is not known, or its value is not of the kind that it must be; GET /api/v1/samplers "
                    + "lists the options of each sampler.");
        }
    }

    private static GuidanceInterval IntervalOf(IReadOnlyList<double>? interval) => interval switch
    {
        null => GuidanceInterval.All,
        [var from, var to] => new(from, to),
        _ => throw Invalid("guidanceInterval", $"guidanceInterval has {interval.Count} values; it takes two, such as [0.2, 0.8]."),
    };
}
