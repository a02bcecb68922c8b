using System.Text.Json;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>
/// The settings of a training as they stand on the page: those of a plan, and over them those that somebody typed. Another plan never
/// replaces what was typed. What a plan leaves to the length of the run is fitted to it: a warm-up of a hundred steps is none for a run of
/// thirty.
/// </summary>
internal sealed class TrainingForm
{
    private const string Steps = "steps";
    private const int MostBetweenPreviews = 500;
    private readonly Dictionary<string, JsonNode?> _typed = [];
    private TrainingOptions _plan = new();
    private int? _sampleEvery;

    public TrainingForm() => Fit();

    /// <summary>Every setting by its name in <see cref="TrainingOptions"/>, in camelCase.</summary>
    public JsonObject Values { get; private set; } = [];

    /// <summary>Names of the settings that somebody typed.</summary>
    public IReadOnlyCollection<string> Typed => _typed.Keys;

    /// <summary>Steps between two previews: as typed, or ten in a run.</summary>
    public int SampleEvery
    {
        get => _sampleEvery ?? Math.Clamp(StepCount / 10, 1, MostBetweenPreviews);
        set => _sampleEvery = value;
    }

    /// <summary>Takes the settings of a plan, except those that were typed.</summary>
    public void Follow(TrainingOptions plan)
    {
        _plan = plan;
        Fit();
    }

    /// <summary>Takes a value that somebody typed.</summary>
    public void Type(string name, JsonNode? value)
    {
        _typed[name] = value?.DeepClone();
        Fit();
    }

    /// <summary>Takes the settings of another training; where they differ from the plan's, as if they had been typed.</summary>
    public void Take(TrainingOptions options, int sampleEvery)
    {
        Reset();
        // The length first: other settings follow it.
        _typed[Steps] = JsonValue.Create((ulong)options.Steps);
        Fit();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(options, JsonSerializerOptions.Web)!.AsObject())
            if (!JsonNode.DeepEquals(Values[name], value)) _typed[name] = value?.DeepClone();
        _sampleEvery = sampleEvery;
        Fit();
    }

    /// <summary>Goes back to what the plan says.</summary>
    public void Reset()
    {
        _typed.Clear();
        _sampleEvery = null;
        Fit();
    }

    /// <summary>The settings for a request.</summary>
    /// <exception cref="JsonException">A number is too large for its setting.</exception>
    public TrainingOptions ToSettings() => Values.Deserialize<TrainingOptions>(JsonSerializerOptions.Web)!;

    // A number beyond what a setting can hold stays as it was typed, to be refused by name.
    private int StepCount => _typed.TryGetValue(Steps, out var typed)
        ? typed?.AsValue().TryGetValue<ulong>(out var n) == true ? (int)Math.Min(n, int.MaxValue) : 1
        : _plan.Steps;

    private void Fit()
    {
        var steps = StepCount;
        var fitted = _plan with
        {
            WarmupSteps = Math.Min(_plan.WarmupSteps, steps / 10),
            ValidateEvery = Math.Min(_plan.ValidateEvery, Math.Max(1, steps / 10)),
            CheckpointEvery = Math.Min(_plan.CheckpointEvery, Math.Max(1, steps / 4)),
        };
        Values = JsonSerializer.SerializeToNode(fitted, JsonSerializerOptions.Web)!.AsObject();
        foreach (var (name, value) in _typed) Values[name] = value?.DeepClone();
    }
}
