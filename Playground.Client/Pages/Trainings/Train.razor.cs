using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Trainings;

/// <summary>What to train, on what and for how long; and the trainings that there are.</summary>
public sealed partial class Train(ITrainings trainings, ISampling sampling, IJobs jobs, NavigationManager navigation)
{
    private const string Quick = "quick", Good = "good", Long = "long";
    private const int MostShown = 8;

    private static readonly string[] s_plans = [Quick, Good, Long];
    private static readonly Dictionary<string, string[]> s_fine = [];
    private static readonly Dictionary<string, string> s_untitled = [];
    private static readonly Dictionary<string, object?> s_encoder = new() { ["name"] = "train-encoder" };
    private static readonly Dictionary<string, object?> s_classes = new() { ["name"] = "classes", ["aria-describedby"] = "m-classes" };

    // Weights that know something already want smaller steps, and fewer of them.
    private static readonly TrainingOptions s_tuning = new()
    {
        BatchSize = 32,
        Ema = 0.99,
        Validation = 0.02,
        ValidateEvery = 100,
        ValidationExamples = 64,
        CheckpointEvery = 250,
    };

    // The same over the latents of images that are larger, with the step widths that are usual for Stable Diffusion.
    private static readonly TrainingOptions s_textTuning = new()
    { BatchSize = 4, WarmupSteps = 50, Ema = 0.99, Weighting = "min_snr", CheckpointEvery = 250 };

    private readonly TrainingForm _form = new();
    private FieldGroup? _fields;
    private TrainingChoices? _choices;
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyDictionary<string, string> _titles = s_untitled;
    private IReadOnlyList<JobView> _jobs = [];
    private IReadOnlyDictionary<string, string[]> _problems = s_fine;
    private TrainingEstimate? _estimate;
    private string _dataset = "", _preset = "", _model = "", _plan = Quick;
    private string? _problem;
    private readonly TextTrainingSettings _text = new();
    private string _kind = TextTrainingSettings.Images;

    // What somebody chose, or a link; null: nobody has.
    private string? _chosenKind;
    private bool _fromModel, _lora, _measuring, _ready, _classes = true;
    private int _rank = 8, _sampleCount = 16;
    private double _alpha = 8;

    /// <summary>How long to train.</summary>
    /// <param name="Name">Its texts' key.</param>
    /// <param name="Facts">What it is in numbers.</param>
    /// <param name="Refused">Why it cannot be chosen; null: it can.</param>
    private sealed record Plan(string Name, string Facts, string? Refused);

    /// <summary>The data set to begin with: its id, '@' and a version.</summary>
    [SupplyParameterFromQuery(Name = "dataset")] private string? FirstDataset { get; set; }

    /// <summary>The model to begin with: an installed one's name, or a checkpoint's.</summary>
    [SupplyParameterFromQuery(Name = "model")] private string? FirstModel { get; set; }

    /// <summary>A training whose settings to begin with.</summary>
    [SupplyParameterFromQuery(Name = "like")] private string? Like { get; set; }

    private TrainingDataset? Set => _choices?.Datasets.FirstOrDefault(d => KeyOf(d) == _dataset);

    private IReadOnlyList<Option<string>> Datasets => [.. (_choices?.Datasets ?? []).Select(d => new Option<string>(KeyOf(d), NameOf(d)))];

    private bool IsText => _kind != TextTrainingSettings.Images;

    private bool IsAutoencoder => _kind == TextTrainingSettings.Autoencoder;

    private IReadOnlyList<TrainingPreset> AllPresets => _kind switch
    {
        TextTrainingSettings.Autoencoder => _choices?.AutoencoderPresets ?? [],
        TextTrainingSettings.Model => _choices?.TextPresets ?? [],
        _ => _choices?.Presets ?? [],
    };

    private IReadOnlyList<Option<string>> Presets => [.. AllPresets.Where(Fits).Select(p => new Option<string>(p.Name,
        T["PresetName", TrainingText.Preset(p.Name, T), TrainingText.Weights(p.Parameters, T)]))];

    // Of a data set that somebody made here; others have no images to ask for.
    private IReadOnlyList<Picture> Shown => Set is { Id.Length: 32 } set
        ? [.. Enumerable.Range(0, Math.Min(MostShown, set.Count))
            .Select(i => (int)((long)i * set.Count / Math.Min(MostShown, set.Count)))
            .Select(i => new Picture($"api/v1/datasets/{set.Id}/versions/{set.Version}/pictures/{i}.webp?side=96", ""))]
        : [];

    private IReadOnlyList<string> ModelNames => IsAutoencoder || Set is not { } set ? [] : [.. Fitting(set, IsText).Select(m => m.Name)];

    private IEnumerable<Setting> Fields => Setting.Of<TrainingOptions>().Where(f => !(f.IsModels && _fromModel)
        && (f.OnlyFor is not { } only || _form.Values[only.Name]?.GetValue<string>() == only.Value));

    private IReadOnlyList<Plan> Plans => _fromModel
        ? [.. s_plans.Select(p => new Plan(p, T.Plural("Steps", StepsOf(p)), null))]
        : [.. s_plans.Zip(AllPresets).Select(p => new Plan(p.First,
            T["PlanFacts", TrainingText.Weights(p.Second.Parameters, T), T.Plural("Steps", p.Second.Options.Steps)],
            Fits(p.Second) ? null : T["PlanSize", p.Second.Multiple, Set!.Size].Value))];

    protected override async Task OnInitializedAsync()
    {
        _choices = await trainings.GetChoicesAsync(CancellationToken.None);
        _models = await sampling.GetModelsAsync(CancellationToken.None);
        _jobs = await jobs.ListAsync(JobKind.Training, CancellationToken.None);
        _titles = await TrainingParents.TitlesAsync(_jobs, sampling);
        // A training's checkpoint is not among the installed models.
        if (FirstModel is { } asked && _models.All(m => m.Name != asked)
            && await sampling.FindModelAsync(asked, CancellationToken.None) is { } checkpoint) _models = [.. _models, checkpoint];
        var first = _choices.Datasets.FirstOrDefault(d => KeyOf(d) == FirstDataset)
            ?? _choices.Datasets.FirstOrDefault(d => Suits(d, FirstModel)) ?? _choices.Datasets.FirstOrDefault();
        if (_models.FirstOrDefault(m => m.Name == FirstModel) is { } named)
            _chosenKind = named.Text is null ? TextTrainingSettings.Images : TextTrainingSettings.Model;
        if (first is not null) Choose(KeyOf(first));
        if (FirstModel is { } model && ModelNames.Contains(model)) (_model, _fromModel, _plan) = (model, true, Good);
        Follow(_plan);
        if (Like is { } like && await trainings.FindAsync(like, CancellationToken.None) is { } other) Repeat(other.Request);
    }

    // The settings of a training that was made before, on its data where these are still there.
    private void Repeat(TrainingRequest request)
    {
        var set = _choices?.Datasets.FirstOrDefault(d => d.Id == request.Dataset
            && (request.Version is null || d.Version == request.Version)) ?? Set;
        _chosenKind = request.Text is null ? TextTrainingSettings.Images
            : _choices!.AutoencoderPresets.Any(p => p.Name == request.Preset) ? TextTrainingSettings.Autoencoder
            : TextTrainingSettings.Model;
        if (set is not null) Choose(KeyOf(set));
        if (request.Text is { } text) _text.Take(text);
        if (request.Model is { } model && ModelNames.Contains(model)) (_model, _fromModel) = (model, true);
        if (request.Lora is { } lora) (_lora, _rank, _alpha) = (true, lora.Rank, lora.Alpha);
        Follow(_fromModel ? Good : s_plans.ElementAtOrDefault(
            AllPresets.ToList().FindIndex(p => p.Name == request.Preset)) ?? Quick);
        (_classes, _sampleCount) = (request.Classes, request.SampleCount);
        _form.Take(request.Options, request.SampleEvery);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        // From here on what is typed reaches the server.
        _ready = true;
        StateHasChanged();
    }

    private bool Suits(TrainingDataset set, string? model) => _models.Any(m => m.Name == model && Suits(set, m));

    // Models that read text take images of any size that their autoencoder does.
    private static bool Suits(TrainingDataset set, ModelView model) => model.Channels == set.Channels
        && (model.Text is { } text ? set.HasCaptions && !text.Inpaints && set.Size % text.Multiple == 0 : model.SampleSize == set.Size);

    private IEnumerable<ModelView> Fitting(TrainingDataset set, bool readsText)
        => _models.Where(m => m.Text is not null == readsText && Suits(set, m));

    // Why no existing model can be chosen, and what can be where the captions are used.
    private string NoModel(TrainingDataset set)
    {
        if (IsText) return T["NoFittingText"];
        object[] form = [set.Size, T[set.Channels == 1 ? "Grayscale" : "Color"], T["KindText"]];
        return Fitting(set, readsText: true).FirstOrDefault() is { } reader ? T["NoFittingTune", [.. form, reader.Title]]
            : set.HasCaptions && TextTrainingFields.Fitting(_choices!, set).Any() ? T["NoFittingCaptions", form]
            : T["NoFitting", form];
    }

    // Captions are meant to be read, where there is a model that reads them.
    private string KindOf(TrainingDataset? set) => set is not { HasCaptions: true } ? TextTrainingSettings.Images
        : _chosenKind ?? (Fitting(set, readsText: true).Any() ? TextTrainingSettings.Model : TextTrainingSettings.Images);

    private void Choose(string dataset)
    {
        _dataset = dataset;
        _kind = KindOf(Set);
        if (!ModelNames.Contains(_model)) _model = ModelNames.Count > 0 ? ModelNames[0] : "";
        if (ModelNames.Count == 0) _fromModel = false;
        if (!_fromModel && Plans.FirstOrDefault(p => p.Name == _plan)?.Refused is not null) _plan = Quick;
        Follow(_plan);
    }

    private void StartFrom(bool model)
    {
        _fromModel = model;
        if (model) Follow(_plan);
        else Choose(_dataset);
    }

    private void ChooseKind(string kind)
    {
        (_chosenKind, _fromModel) = (kind, false);
        Choose(_dataset);
    }

    private void Adapt(bool lora)
    {
        _lora = lora;
        Follow(_plan);
    }

    private void Follow(string plan)
    {
        _plan = plan;
        if (_fromModel)
        {
            // Adapters want larger steps, since there are few of them.
            _form.Follow(IsText ? s_textTuning with { Steps = StepsOf(plan), LearningRate = _lora ? 1e-4 : 1e-5 }
                : s_tuning with { Steps = StepsOf(plan), LearningRate = _lora ? 1e-3 : 2e-4 });
        }
        else if (AllPresets.ElementAtOrDefault(Array.IndexOf(s_plans, plan)) is { } preset)
        {
            _preset = preset.Name;
            _form.Follow(preset.Options);
        }
        Change();
    }

    // What becomes of the model's classes where the data have others: as the trainer does it.
    private string? ClassNote
    {
        get
        {
            if (IsText || _models.FirstOrDefault(m => m.Name == _model) is not { } model || Set is not { } set) return null;
            int? wanted = _classes && set.Classes.Count > 0 ? set.Classes.Count : null;
            return (model.Classes, wanted) switch
            {
                (null, { } now) => T["ClassesNew", now].Value,
                ({ } had, null) => T[model.Guides ? "ClassesGone" : "ClassesGoneMean", had].Value,
                ({ } had, { } now) when had > now => T["ClassesFewer", had, now, had - now].Value,
                ({ } had, { } now) when had < now => T["ClassesMore", had, now].Value,
                _ => null,
            };
        }
    }

    private string? TitleOf(string? model)
        => _models.FirstOrDefault(m => m.Name == model)?.Title ?? (model is null ? null : _titles.GetValueOrDefault(model));

    private static int StepsOf(string plan) => plan switch { Quick => 500, Good => 2000, _ => 10_000 };

    private bool Fits(TrainingPreset preset) => Set is not { } set || set.Size % preset.Multiple == 0;

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
            _problem = T["BadValue", LabelOf(e.Path)];
        }
        catch (RequestException e)
        {
            _problems = e.Errors;
            // Beside the fields where all of them are shown, and here otherwise.
            var isShown = e.Errors.Count > 0 && e.Errors.Keys.All(IsShown);
            _problem = isShown ? T["SeeMarked"] : e.Message;
            StateHasChanged();
            if (isShown && _fields is not null) await _fields.RevealAsync();
        }
        finally
        {
            _measuring = false;
        }
    }

    private bool IsShown(string field) => Fields.Any(f => $"options.{f.Name}" == field)
        || (IsText && field.StartsWith("text.", StringComparison.Ordinal)) || field is "dataset" or "sampleEvery" or "sampleCount"
        || (field == "preset" && !_fromModel)
        || (_fromModel && (field == "model" || (_lora && field is "lora.rank" or "lora.alpha")));

    private TrainingRequest Request() => new()
    {
        Dataset = Set!.Id,
        Version = Set.Version,
        Preset = _fromModel ? null : _preset,
        Model = _fromModel ? _model : null,
        Lora = _fromModel && _lora ? new TrainingAdapters { Rank = _rank, Alpha = _alpha } : null,
        Text = IsText ? _text.ToRequest(_kind, _fromModel, _lora) : null,
        Classes = _classes,
        Options = _form.ToSettings(),
        SampleEvery = _form.SampleEvery,
        SampleCount = _sampleCount,
    };

    private string NameOf(TrainingRequest request)
        => TrainingText.Name(_choices?.Datasets.FirstOrDefault(d => d.Id == request.Dataset)?.Name ?? T["Training"], request, T,
            TitleOf(request.Model));

    private string NameOf(TrainingDataset set)
    {
        string text = T.Plural("DatasetForm", set.Count, set.Size);
        if (set.Channels == 1) text = T["ListSeparator", text, T["Grayscale"]];
        if (set.Classes.Count > 0) text = T["ListSeparator", text, T.Plural("Classes", set.Classes.Count)];
        return T["DatasetName", set.Name, set.Version, text];
    }

    private string LabelOf(string? path)
        => Setting.Of<TrainingOptions>().FirstOrDefault(f => f.Name == path?.TrimStart('$', '.'))?.Label ?? path ?? "";

    private static string KeyOf(TrainingDataset set) => string.Create(CultureInfo.InvariantCulture, $"{set.Id}@{set.Version}");
}
