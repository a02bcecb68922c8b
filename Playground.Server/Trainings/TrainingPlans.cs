using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Training;
using Playground.Server.Hosting;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>Checks requests and opens what they name.</summary>
internal sealed class TrainingPlans(IEnumerable<ITrainingData> sources, TrainingPresets presets, TextPlans texts, ModelAccess models,
    ServerPaths paths)
{
    /// <summary>Checks a request by what is known of its data set and its model, and reads neither.</summary>
    /// <returns>The request with the version that it then keeps to, and the network.</returns>
    /// <exception cref="RequestException">Names each field that cannot be used.</exception>
    public async Task<(TrainingRequest Request, TrainingFit Fit)> CheckAsync(string owner, TrainingRequest request, CancellationToken ct)
    {
        var (options, model) = await CheckAsync(owner, request, null, ct);
        foreach (var source in sources)
        {
            if (await source.FindAsync(owner, request.Dataset, request.Version, model?.SampleSize, model?.Channels, ct) is not { } found)
                continue;
            var form = new PictureForm(found.Size, found.Size, found.Channels, found.Count,
                found.Classes.Count == 0 ? null : found.Classes.Count);
            if (request.Text is not null)
                await texts.CheckAsync(owner, request, options, form, model, found.CaptionFields, null, ct);
            return (request with { Version = found.Version }, request.Text is not null ? new TrainingFit(options, null, null, false)
                : Fit(request, options, model, form));
        }
        throw NoData(request);
    }

    /// <summary>Opens what a request names.</summary>
    /// <param name="owner">Whose request it is.</param>
    /// <param name="request">What for.</param>
    /// <param name="kept">The folder that it goes on from or over, where that is not to be looked for by its name.</param>
    /// <param name="ct">Stops the reading of the data.</param>
    /// <exception cref="RequestException">Names each field that cannot be used.</exception>
    public async Task<TrainingPlan> OpenAsync(string owner, TrainingRequest request, string? kept, CancellationToken ct)
    {
        var (options, model) = await CheckAsync(owner, request, kept, ct);
        var data = await OpenDataAsync(owner, request, model, ct);
        try
        {
            var pictures = data.Pictures;
            if (request.Text is not null)
            {
                var form = new PictureForm(pictures.Height, pictures.Width, pictures.Channels, pictures.Count, pictures.Classes);
                var text = await texts.CheckAsync(owner, request, options, form, model,
                    pictures is StoredDataset stored ? StoredCaptions.NamesIn(stored) : [], kept, ct);
                return new TrainingPlan(data, model is null ? options : options.With(model.Scheduler), null, model, text.Lora, false)
                { Text = texts.WithLatents(text, data) };
            }
            var fit = Fit(request, options, model,
                new PictureForm(pictures.Height, pictures.Width, pictures.Channels, pictures.Count, pictures.Classes));
            return new TrainingPlan(data, fit.Options, fit.Config, model, fit.Lora, fit.Conditional);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private async Task<(TrainingOptions Options, ModelSummary? Model)> CheckAsync(string owner, TrainingRequest request, string? kept,
        CancellationToken ct)
    {
        var options = request.Options;
        Check(request, options);
        if (request.Model is not { } name) return (options, null);
        var model = (kept is null ? null : ModelLoader.Describe(kept)) ?? await models.FindAsync(name, owner, ct)
            ?? throw RequestException.Invalid("model", $"model '{name}' is not installed.");
        return model.Text is null == request.Text is null ? (options, model)
            : throw RequestException.Invalid("text", model.Text is null
                ? $"model '{name}' reads no text; leave text out."
                : $"model '{name}' reads text; give text, with what its captions are made of.");
    }

    /// <summary>Why a training cannot be called what it is to be called; null: it can.</summary>
    public static string? NameProblem(TrainingRequest request) => request.Name is { Length: > TrainingRequest.MaxName } name
        ? $"The name has {name.Length} characters; the limit is {TrainingRequest.MaxName}."
        : null;

    private static void Check(TrainingRequest request, TrainingOptions options)
    {
        var problems = options.Problems().Select(p => (Field: $"options.{p.Setting}", p.Message)).ToList();
        if (NameProblem(request) is { } problem) problems.Add(("name", problem));
        if (request.Preset is null == request.Model is null)
            problems.Add(("preset", "Give either preset, to train from scratch, or model, to go on from one."));
        if (request.Lora is not null && request.Model is null)
            problems.Add(("lora", "lora adapts a model; give the model to go on from, or leave it out."));
        if (request.Lora is { } lora)
        {
            if (lora.Rank is < 1 or > LoraOptions.MaxRank)
                problems.Add(("lora.rank", $"rank is {lora.Rank}; it must be 1 to {LoraOptions.MaxRank}."));
            if (lora.Alpha is not (> 0 and <= TrainingAdapters.MaxAlpha))
                problems.Add(("lora.alpha", FormattableString.Invariant($"alpha is {lora.Alpha}; it must be above 0 and at most 10000.")));
        }
        if (request.SampleEvery < 1) problems.Add(("sampleEvery", $"sampleEvery is {request.SampleEvery}; it must be 1 or more."));
        Range("sampleCount", request.SampleCount, TrainingRequest.MostPreviewImages);
        Range("sampleSteps", request.SampleSteps, Math.Min(TrainingRequest.MostPreviewSteps, options.Timesteps));
        Range("keepCheckpoints", request.KeepCheckpoints, TrainingRequest.MostCheckpoints);
        if (problems.Count > 0) throw RequestException.Invalid(problems);

        void Range(string field, int value, int most)
        {
            if (value < 1 || value > most) problems.Add((field, $"{field} is {value}; it must be 1 to {most}."));
        }
    }

    private async Task<TrainingData> OpenDataAsync(string owner, TrainingRequest request, ModelSummary? model, CancellationToken ct)
    {
        try
        {
            foreach (var source in sources)
                if (await source.OpenAsync(owner, request.Dataset, request.Version, model?.SampleSize, model?.Channels, ct) is { } data)
                    return data;
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid("dataset", paths.Hide(e.Message), e);
        }
        throw NoData(request);
    }

    private static RequestException NoData(TrainingRequest request)
        => RequestException.Invalid("dataset", request.Version is { } version
            ? $"There is no version {version} of a data set '{request.Dataset}'."
            : $"There is no data set '{request.Dataset}' that is ready.");

    private TrainingFit Fit(TrainingRequest request, TrainingOptions options, ModelSummary? model, PictureForm pictures)
    {
        if (pictures.Height != pictures.Width)
            throw RequestException.Invalid("dataset", $"The pictures are {pictures.Width}×{pictures.Height}; they must be square.");
        if (Math.Ceiling(pictures.Count * options.Validation) >= pictures.Count)
            throw RequestException.Invalid("options.validation", FormattableString.Invariant(
                $"validation is {options.Validation}, and there are {pictures.Count} pictures, so that none is left to train on."));
        var conditional = request.Classes && pictures.Classes is not null;
        if (model is null)
        {
            var config = ConfigOf(request.Preset!, pictures, conditional);
            Admit(config, presets.All.First(p => p.Name == request.Preset).Parameters);
            return new TrainingFit(options, config, null, conditional);
        }
        if (pictures.Height != model.SampleSize || pictures.Channels != model.Channels)
            throw RequestException.Invalid("dataset",
                $"The pictures are {pictures.Width}×{pictures.Height} in {pictures.Channels} channels, and the "
                    + $"model '{request.Model}' takes {model.SampleSize}×{model.SampleSize} in {model.Channels}; make a version of the "
                    + "data set in that form.");
        Admit(model.Config, model.Parameters);
        return new TrainingFit(options.With(model.Scheduler), null,
            request.Lora is { } lora ? new LoraOptions(lora.Rank, lora.Alpha) : null,
            conditional);

        void Admit(UNet2DConfig config, long parameters)
        {
            var bytes = MemoryNeed.OfTraining(config, parameters, options.BatchSize, options.Ema > 0);
            if (MemoryAdmission.ProblemOf("options.batchSize", bytes) is { } problem) throw RequestException.Invalid([problem]);
        }
    }

    private UNet2DConfig ConfigOf(string preset, PictureForm pictures, bool conditional)
    {
        try
        {
            return presets.Find(preset, pictures.Height, pictures.Channels, conditional ? pictures.Classes : null)
                ?? throw RequestException.Invalid("preset",
                    $"preset '{preset}' is not known; use one of: {string.Join(", ", presets.All.Select(p => p.Name))}.");
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid("dataset",
                $"The pictures are {pictures.Width}×{pictures.Height}, and the preset {preset} cannot be built for that: {e.Message}");
        }
    }
}

/// <summary>The form of a data set's pictures.</summary>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Channels">1: grey, 3: colour.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Classes">Null when they have none.</param>
internal sealed record PictureForm(int Height, int Width, int Channels, int Count, int? Classes);

/// <summary>What a request comes to for pictures of some form.</summary>
/// <param name="Options">Checked.</param>
/// <param name="Config">The network to train from scratch; null where a model is gone on from.</param>
/// <param name="Lora">Adapters of that model.</param>
/// <param name="Conditional">Whether the data's classes are learned.</param>
internal sealed record TrainingFit(TrainingOptions Options, UNet2DConfig? Config, LoraOptions? Lora, bool Conditional);
