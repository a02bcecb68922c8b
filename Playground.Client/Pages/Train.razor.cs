using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>What to train, on what and how; and the trainings that there are.</summary>
public sealed partial class Train(ITrainings trainings, ISampling sampling, IJobs jobs, NavigationManager navigation)
{
    private static readonly Dictionary<string, string[]> s_fine = [];
    private static readonly Dictionary<string, object?> s_classes = new() { ["name"] = "classes", ["aria-describedby"] = "m-classes" };
    private static readonly TrainingSettings s_tuning = new()
    {
        Steps = 2000,
        BatchSize = 32,
        Ema = 0.99,
        Validation = 0.02,
        ValidateEvery = 100,
        ValidationExamples = 64,
        CheckpointEvery = 250,
    };

    private FieldGroup? _fields;
    private TrainingChoices? _choices;
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<JobView> _jobs = [];
    private JsonObject _settings = ToJson(new TrainingSettings());
    private IReadOnlyDictionary<string, string[]> _problems = s_fine;
    private TrainingEstimate? _estimate;
    private string _dataset = "", _preset = "", _model = "";
    private string? _problem;
    private bool _fromModel, _lora, _measuring, _ready, _classes = true;
    private int _rank = 8, _sampleEvery = 250, _sampleCount = 16;
    private double _alpha = 8;

    private TrainingDataset? Set => _choices?.Datasets.FirstOrDefault(d => KeyOf(d) == _dataset);

    private IReadOnlyList<Option<string>> Datasets => [.. (_choices?.Datasets ?? []).Select(d => new Option<string>(KeyOf(d), NameOf(d)))];

    private IReadOnlyList<Option<string>> Presets
        => [.. (_choices?.Presets ?? []).Select(p => new Option<string>(p.Name, $"{p.Title}: {TrainingText.Count(p.Parameters)} weights"))];

    private List<ModelView> Fitting => [.. _models.Where(m => m.SampleSize == Set?.Size && m.Channels == Set?.Channels)];

    private IEnumerable<TrainingField> Shown => TrainingFields.All.Where(f => !(f.IsModels && _fromModel)
        && (f.OnlyFor is not { } only || _settings[only.Name]?.GetValue<string>() == only.Value));

    protected override async Task OnInitializedAsync()
    {
        _choices = await trainings.GetChoicesAsync(CancellationToken.None);
        _models = await sampling.GetModelsAsync(CancellationToken.None);
        _jobs = await jobs.ListAsync(JobKind.Training, CancellationToken.None);
        if (_choices.Datasets.Count > 0) Choose(KeyOf(_choices.Datasets[0]));
        Prefer(_choices.Presets[0].Name);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        // From here on what is typed reaches the server.
        _ready = true;
        StateHasChanged();
    }

    private void Choose(string dataset)
    {
        _dataset = dataset;
        if (Fitting.All(m => m.Name != _model)) _model = Fitting.FirstOrDefault()?.Name ?? "";
        if (Fitting.Count == 0) _fromModel = false;
        Change();
    }

    private void Prefer(string preset)
    {
        _preset = preset;
        _settings = ToJson(_choices!.Presets.First(p => p.Name == preset).Options);
        Change();
    }

    // Weights that know something already want smaller steps.
    private void StartFrom(bool model)
    {
        _fromModel = model;
        if (model) _settings = ToJson(s_tuning);
        else Prefer(_preset);
        Change();
    }

    // Adapters want larger ones, since there are few of them.
    private void Adapt(bool lora)
    {
        _lora = lora;
        _settings["learningRate"] = lora ? 1e-3 : 2e-4;
        Change();
    }

    private void Change(Action? change = null)
    {
        change?.Invoke();
        (_estimate, _problem, _problems) = (null, null, s_fine);
    }

    private string? Problem(string field) => _problems.TryGetValue(field, out var messages) ? string.Join(" ", messages) : null;

    private Task EstimateAsync() => TryAsync(async request =>
    {
        _measuring = true;
        StateHasChanged();
        _estimate = await trainings.EstimateAsync(request, CancellationToken.None);
    });

    private Task StartAsync() => TryAsync(async request
        => navigation.NavigateTo($"train/{(await trainings.StartAsync(request, CancellationToken.None)).Id}"));

    private async Task TryAsync(Func<TrainingRequest, Task> work)
    {
        Change();
        if (_fields is not null && !await _fields.CheckAsync()) return;
        try
        {
            await work(Request());
        }
        catch (JsonException e)
        {
            _problem = $"The value of {LabelOf(e.Path)} is too large or not of the right kind.";
        }
        catch (RequestException e)
        {
            // Beside its field where that is shown, and here in any case: it may be folded away.
            (_problem, _problems) = (e.Message, e.Errors);
        }
        finally
        {
            _measuring = false;
        }
    }

    private TrainingRequest Request() => new()
    {
        Dataset = Set!.Id,
        Version = Set.Version,
        Preset = _fromModel ? null : _preset,
        Model = _fromModel ? _model : null,
        Lora = _fromModel && _lora ? new TrainingAdapters { Rank = _rank, Alpha = _alpha } : null,
        Classes = _classes,
        Options = _settings.Deserialize<TrainingSettings>(JsonSerializerOptions.Web)!,
        SampleEvery = _sampleEvery,
        SampleCount = _sampleCount,
    };

    private string NameOf(TrainingRequest request)
        => TrainingText.Name(_choices?.Datasets.FirstOrDefault(d => d.Id == request.Dataset)?.Name ?? "data set", request);

    private static string NameOf(TrainingDataset set)
    {
        var text = $"{set.Name}, version {set.Version}: {Counted(set.Count, "image")} of {set.Size}×{set.Size}";
        if (set.Channels == 1) text += ", grayscale";
        return set.Classes.Count > 0 ? $"{text}, {Counted(set.Classes.Count, "class", "classes")}" : text;
    }

    private static string Counted(int count, string one, string? several = null)
        => $"{count:N0} {(count == 1 ? one : several ?? one + "s")}";

    private static string? LabelOf(string? path)
        => TrainingFields.All.FirstOrDefault(f => f.Name == path?.TrimStart('$', '.'))?.Label ?? path;

    private static string KeyOf(TrainingDataset set) => string.Create(CultureInfo.InvariantCulture, $"{set.Id}@{set.Version}");

    private static JsonObject ToJson(TrainingSettings settings)
        => JsonSerializer.SerializeToNode(settings, JsonSerializerOptions.Web)!.AsObject();
}
