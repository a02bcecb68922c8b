using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Evaluations;

/// <summary>What to grade against what, and the evaluations there are.</summary>
public sealed partial class Evaluate(IEvaluations evaluations, ISampling sampling, IJobs jobs, NavigationManager navigation) : IDisposable
{
    private const string AModel = "a model's samples", Pictures = "pictures of a data set";
    private static readonly string[] Subjects = [AModel, Pictures];
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private EvaluationChoices _choices = new([], [], []);
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<string> _names = [];
    private IReadOnlyList<EvaluationView> _evaluations = [];
    private string _subject = AModel;
    private string? _model, _generated, _reference, _preprocessing, _clip, _problem;
    private IEnumerable<string> _samplers = ["ddim"];
    private string _steps = "50", _guidance = "1", _features = "mnist", _prompts = "";
    private int _count = 1000;
    private long _seed;

    /// <summary>The model to begin with, from the address.</summary>
    [SupplyParameterFromQuery] public string? Model { get; set; }

    private bool GradesModel => _subject == AModel;

    private ExtractorView? Extractor => _choices.Extractors.FirstOrDefault(e => e.Name == _features);

    protected override async Task OnInitializedAsync()
    {
        _choices = await evaluations.GetChoicesAsync(_gone.Token);
        _models = await sampling.GetModelsAsync(_gone.Token);
        _evaluations = await evaluations.ListAsync(_gone.Token);
        // A training's checkpoint is not among the installed models; its name in the address is enough.
        _names = [.. _models.Select(m => m.Name).Union(Model is null ? [] : [Model])];
        _model = Model ?? _names.FirstOrDefault();
        _reference = _choices.References.FirstOrDefault()?.Id;
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

    private async Task Start()
    {
        _problem = null;
        if (!TryNumbers(_steps, out var steps) || !TryNumbers(_guidance, out var guidance))
        {
            _problem = "Steps and guidance are numbers with commas between, such as 10, 20, 50.";
            return;
        }
        try
        {
            var view = await evaluations.StartAsync(new EvaluationRequest
            {
                Model = GradesModel ? _model : null,
                Generated = GradesModel ? null : _generated,
                Reference = _reference ?? "",
                Samplers = [.. _samplers],
                Steps = [.. steps.Select(s => (int)Math.Clamp(s, int.MinValue, int.MaxValue))],
                Guidance = guidance,
                Count = _count,
                Seed = _seed,
                Features = _features,
                Preprocessing = _preprocessing,
                Clip = _clip,
                Prompts = _clip is null ? [] : _prompts.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            }, CancellationToken.None);
            navigation.NavigateTo($"reports/{view.Job.Id}");
        }
        catch (InvalidEvaluationException e)
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

    private string ReferenceName(EvaluationView view)
    {
        var id = view.Job.RequestAs<EvaluationRequest>().Reference;
        return _choices.References.FirstOrDefault(r => r.Id == id)?.Name ?? id;
    }

    private static string Best(EvaluationView view)
        => view.Cells.Where(c => c.Fid is not null).MinBy(c => c.Fid) is { } best ? EvaluationText.Distance(best) : "";

    private static Dictionary<string, object> Label(string text) => new() { ["aria-label"] = text };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
