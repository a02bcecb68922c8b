using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Models;
using Playground.Client.Pages.Sampling;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>What to evaluate against what, and the evaluations there are.</summary>
public sealed partial class Evaluate(IEvaluations evaluations, ISampling sampling, IJobs jobs, NavigationManager navigation,
    IDialogService dialogs) : IDisposable
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private EvaluationChoices _choices = new([], [], []);
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<string> _names = [];
    private IReadOnlyList<EvaluationView> _evaluations = [];
    private bool _gradesModel = true;
    private FieldGroup? _fields;
    private ModelView? _found;
    private string? _model, _generated, _reference, _features, _preprocessing, _clip, _problem, _stepsProblem, _guidanceProblem;
    private IReadOnlyCollection<string> _samplers = ["ddim"];
    private string _steps = "50", _guidance = "1", _prompts = "";
    private int _count = 1000;
    private long _seed;

    /// <summary>The model to begin with, from the address.</summary>
    [SupplyParameterFromQuery] public string? Model { get; set; }

    /// <summary>An evaluation whose other settings to begin with, from the address.</summary>
    [SupplyParameterFromQuery] public string? Like { get; set; }

    // Whether the prompts are what the model draws.
    private bool DrawsText => _gradesModel && _found?.Text is not null;

    private string CountHint => Extractor is { LeastImages: { } least, EnoughImages: { } enough }
        ? T["CountKnown", least, enough]
        : T["CountUnknown"];

    private ExtractorView? Extractor => _choices.Extractors.FirstOrDefault(e => e.Name == _features);

    protected override async Task OnInitializedAsync()
    {
        _choices = await evaluations.GetChoicesAsync(_gone.Token);
        _models = await sampling.GetModelsAsync(_gone.Token);
        _evaluations = await evaluations.ListAsync(_gone.Token);
        // A training's checkpoint is not among the installed models; its name in the address is enough.
        if (Model is not null && _models.All(m => m.Name != Model) && await sampling.FindModelAsync(Model, _gone.Token) is { } checkpoint)
            _models = [.. _models, checkpoint];
        _names = [.. _models.Select(m => m.Name).Union(Model is null ? [] : [Model])];
        _model = Model ?? DefaultModel();
        await FindModelAsync();
        // One of other colors would be refused.
        _reference = (_choices.References.FirstOrDefault(r => r.Form == GeneratedForm)
            ?? _choices.References.FirstOrDefault(r => r.Form?.Channels == GeneratedForm?.Channels)
            ?? _choices.References.FirstOrDefault())?.Id;
        TakeSuitedFeatures();
        if (Like is not null && await evaluations.FindAsync(Like, _gone.Token) is { } like) Take(like.Job.RequestAs<EvaluationRequest>());
    }

    // Everything but what is evaluated; what is no longer there is left as it is.
    private void Take(EvaluationRequest request)
    {
        (_count, _seed) = (request.Count, request.Seed);
        (_steps, _guidance) = (string.Join(", ", request.Steps),
            string.Join(", ", request.Guidance.Select(g => g.ToString(CultureInfo.InvariantCulture))));
        _samplers = [.. request.Samplers];
        _prompts = string.Join('\n', request.Prompts);
        if (Find(request.Reference) is not { } reference) return;
        _reference = reference.Id;
        TakeSuitedFeatures();
        if (_choices.Extractors.Any(e => e.Name == request.Features))
            (_features, _preprocessing) = (request.Features, request.Preprocessing);
        if (_choices.Clip.Contains(request.Clip)) _clip = request.Clip;
    }

    // The one that was evaluated last, or the one that everybody has: never what comes first by name.
    private string? DefaultModel() => _evaluations.Select(e => e.Job.RequestAs<EvaluationRequest>().Model)
        .FirstOrDefault(m => m is not null && _names.Contains(m))
            ?? (_models.ToBeginWith() is { Shipped: true } shipped ? shipped.Name : _names.FirstOrDefault());

    private async Task FindModelAsync()
    {
        var before = _found;
        _found = _models.FirstOrDefault(m => m.Name == _model)
            ?? (_model is null ? null : await sampling.FindModelAsync(_model, _gone.Token));
        // What somebody chose stays.
        if (_guidance == UsualGuidance(before)) _guidance = UsualGuidance(_found);
    }

    // A model that reads text draws little of it without.
    private static string UsualGuidance(ModelView? model)
        => model?.Text is { } text ? TextSettings.GuidanceOf(text).ToString(CultureInfo.InvariantCulture) : "1";

    private string TitleOf(string model) => _models.FirstOrDefault(m => m.Name == model)?.Title ?? EvaluationText.Model(model, T);

    private ImageForm? GeneratedForm => _gradesModel
        ? _found is null ? null : new ImageForm(_found.SampleSize, _found.Channels)
        : Find(_generated)?.Form;

    private ReferenceView? Find(string? reference) => _choices.References.FirstOrDefault(r => r.Id == reference);

    private IReadOnlyList<EvaluationMismatch> Mismatches => Find(_reference) is { } reference && Extractor is { } extractor
        ? EvaluationFit.Find(GeneratedForm, reference, extractor)
        : [];

    private string Say(EvaluationMismatch mismatch)
    {
        var (generated, reference) = (GeneratedForm, Find(_reference));
        return mismatch switch
        {
            EvaluationMismatch.Statistics => T["Mismatch_Statistics", reference?.Features ?? ""],
            EvaluationMismatch.ExtractorSize => T["Mismatch_ExtractorSize", Extractor?.Form?.Size ?? 0],
            _ => T[$"Mismatch_{mismatch}", FormOf(generated), FormOf(reference?.Form)],
        };
    }

    // Where the numbers of images make the distance say less than it seems, before anything runs.
    private IEnumerable<string> Shortages
    {
        get
        {
            if (Find(_reference) is not { } reference || Extractor is not { LeastImages: { } least, EnoughImages: { } enough }) yield break;
            if (EvaluationFit.IsFew(reference.Count, least)) yield return T["FewReal", reference.Count!, least, enough];
            else if (EvaluationFit.IsFew(reference.Count, enough)) yield return T["BiasedReal", reference.Count!, enough];
            var generated = _gradesModel ? _count : Find(_generated)?.Count;
            if (EvaluationFit.IsFew(generated, least)) yield return T["FewGenerated", generated!, least, enough];
            else if (EvaluationFit.IsFew(generated, enough)) yield return T["BiasedGenerated", generated!, enough];
        }
    }

    private string FormOf(ImageForm? form) => form is null ? "" : EvaluationText.Form(form, T);

    private string? NameHint => Extractor is not { } extractor ? null
        : extractor.DistanceName is not { } name ? EvaluationText.Note(extractor, T)
        : $"{EvaluationText.Note(extractor, T)} {T["Named", EvaluationText.Distance(name, T)]}";

    // Digits and color images want different networks, so another reference asks anew.
    private void TakeSuitedFeatures()
    {
        _features = _choices.References.FirstOrDefault(r => r.Id == _reference)?.Features ?? _choices.Extractors.FirstOrDefault()?.Name;
        _preprocessing = null;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(s_refresh);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (_evaluations.All(e => JobStatus.IsFinal(e.Job.Status))) continue;
                try
                {
                    _evaluations = await evaluations.ListAsync(_gone.Token);
                }
                catch (UnavailableException)
                {
                    // What is shown stays; the next tick asks again.
                }
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task DeleteAsync(EvaluationView view)
    {
        if (await EvaluationDeletion.AskAsync(dialogs, jobs, view, T)) _evaluations = await evaluations.ListAsync(_gone.Token);
    }

    private async Task Start()
    {
        _problem = null;
        var areFine = _fields is null || await _fields.CheckAsync();
        _stepsProblem = TryNumbers(_steps, out var steps) ? null : T["StepsProblem"].Value;
        _guidanceProblem = TryNumbers(_guidance, out var guidance) ? null : T["GuidanceProblem"].Value;
        if (!areFine || _stepsProblem is not null || _guidanceProblem is not null) return;
        try
        {
            var view = await evaluations.StartAsync(new EvaluationRequest
            {
                Model = _gradesModel ? _model : null,
                Generated = _gradesModel ? null : _generated,
                Reference = _reference ?? "",
                Samplers = [.. _samplers],
                Steps = [.. steps.Select(s => (int)Math.Clamp(s, int.MinValue, int.MaxValue))],
                Guidance = guidance,
                Count = _count,
                Seed = _seed,
                Features = _features,
                Preprocessing = _preprocessing,
                Clip = _clip,
                Prompts = _clip is null && !DrawsText
                    ? []
                    : _prompts.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            }, CancellationToken.None);
            navigation.NavigateTo($"reports/{view.Job.Id}");
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
    }

    private static bool TryNumbers(string text, out double[] numbers)
    {
        var parts = text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        numbers = [.. parts.Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : double.NaN)];
        return numbers.Length > 0 && numbers.All(double.IsFinite);
    }

    private Option<string?>[] OptionsOf(IEnumerable<ReferenceView> references)
        => [.. references.Select(r => new Option<string?>(r.Id, EvaluationText.Reference(r, T)))];

    private string ReferenceName(EvaluationView view)
    {
        var id = view.Job.RequestAs<EvaluationRequest>().Reference;
        return EvaluationText.Reference(_choices.References.FirstOrDefault(r => r.Id == id)?.Name ?? id, T);
    }

    private static EvaluationCell? Best(EvaluationView view) => view.Cells.Where(c => c.Distance is not null).MinBy(c => c.Distance);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
