using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Training;
using Playground.Server.Hosting;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>Checks requests and opens what they name.</summary>
internal sealed class TrainingPlans(IEnumerable<ITrainingData> sources, TrainingPresets presets, ModelAccess models)
{
    private const int MostSamples = 64, MostSampleSteps = 100, MostKept = 1000;

    /// <param name="owner">Who asks.</param>
    /// <param name="request">What for.</param>
    /// <param name="kept">The model to go on from, where it is not to be looked for by its name.</param>
    /// <param name="ct">Stops the reading of the data.</param>
    /// <exception cref="InvalidTrainingException">Names each field that cannot be used.</exception>
    public async Task<TrainingPlan> OpenAsync(string owner, TrainingRequest request, ModelSummary? kept, CancellationToken ct)
    {
        var options = ToCore(request.Options);
        Check(request, options);
        var model = request.Model is { } name
            ? kept ?? await models.FindAsync(name, owner, ct)
                ?? throw new InvalidTrainingException("model", $"model '{name}' is not installed.")
            : null;
        var data = await OpenDataAsync(owner, request, model, ct);
        try
        {
            return Fit(request, options, model, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The same settings for Core.</summary>
    public static TrainingOptions ToCore(TrainingSettings settings)
        => JsonSerializer.SerializeToElement(settings, JsonSerializerOptions.Web).Deserialize<TrainingOptions>(JsonSerializerOptions.Web)!;

    private static void Check(TrainingRequest request, TrainingOptions options)
    {
        var problems = options.Problems().Select(p => (Field: $"options.{JsonNamingPolicy.CamelCase.ConvertName(p.Property)}", p.Message))
            .ToList();
        if (request.Preset is null == request.Model is null)
            problems.Add(("preset", "Give either preset, to train from scratch, or model, to go on from one."));
        if (request.Lora is not null && request.Model is null)
            problems.Add(("lora", "lora adapts a model; give the model to go on from, or leave it out."));
        if (request.Lora is { } lora)
        {
            if (lora.Rank is < 1 or > LoraOptions.MaxRank)
                problems.Add(("lora.rank", $"rank is {lora.Rank}; it must be 1 to {LoraOptions.MaxRank}."));
            if (lora.Alpha is not (> 0 and <= 10_000))
                problems.Add(("lora.alpha", FormattableString.Invariant($"alpha is {lora.Alpha}; it must be above 0 and at most 10000.")));
        }
        if (request.SampleEvery < 1) problems.Add(("sampleEvery", $"sampleEvery is {request.SampleEvery}; it must be 1 or more."));
        Range("sampleCount", request.SampleCount, MostSamples);
        Range("sampleSteps", request.SampleSteps, Math.Min(MostSampleSteps, options.Timesteps));
        Range("keepCheckpoints", request.KeepCheckpoints, MostKept);
        if (problems.Count > 0) throw new InvalidTrainingException(
            problems.GroupBy(p => p.Field).ToDictionary(g => g.Key, g => g.Select(p => p.Message).ToArray()));

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
            throw new InvalidTrainingException("dataset", e.Message);
        }
        throw new InvalidTrainingException("dataset", request.Version is { } version
            ? $"There is no version {version} of a data set '{request.Dataset}'."
            : $"There is no data set '{request.Dataset}' that is ready.");
    }

    private TrainingPlan Fit(TrainingRequest request, TrainingOptions options, ModelSummary? model, TrainingData data)
    {
        var pictures = data.Pictures;
        if (pictures.Height != pictures.Width)
            throw new InvalidTrainingException("dataset", $"The pictures are {pictures.Width}×{pictures.Height}; they must be square.");
        if (Math.Ceiling(pictures.Count * options.Validation) >= pictures.Count)
            throw new InvalidTrainingException("options.validation", FormattableString.Invariant(
                $"validation is {options.Validation}, and there are {pictures.Count} pictures, so that none is left to train on."));
        var conditional = request.Classes && pictures.Classes is not null;
        if (model is null)
            return new TrainingPlan(data, options, ConfigOf(request.Preset!, pictures, conditional), null, null, conditional);
        if (pictures.Height != model.SampleSize || pictures.Channels != model.Channels)
            throw new InvalidTrainingException("dataset",
                $"The pictures are {pictures.Width}×{pictures.Height} in {pictures.Channels} channels, and the "
                    + $"model '{request.Model}' takes {model.SampleSize}×{model.SampleSize} in {model.Channels}; make a version of the "
                    + "data set in that form.");
        return new TrainingPlan(data, options.With(model.Scheduler), null, model,
            request.Lora is { } lora ? new LoraOptions(lora.Rank, lora.Alpha) : null, conditional);
    }

    private UNet2DConfig ConfigOf(string preset, Core.Data.IPictureDataset pictures, bool conditional)
    {
        try
        {
            return presets.Find(preset, pictures.Height, pictures.Channels, conditional ? pictures.Classes : null)
                ?? throw new InvalidTrainingException("preset",
                    $"preset '{preset}' is not known; use one of: {string.Join(", ", presets.All.Select(p => p.Name))}.");
        }
        catch (PlaygroundException e)
        {
            throw new InvalidTrainingException("dataset",
                $"The pictures are {pictures.Width}×{pictures.Height}, and the preset {preset} cannot be built for that: {e.Message}");
        }
    }
}
