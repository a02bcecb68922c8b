using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>An evaluation while it runs, and its reports; two of them side by side. What is shown is in the address.</summary>
public sealed partial class Report(IEvaluations evaluations, ISampling sampling, IJobs jobs, NavigationManager navigation,
    IDialogService dialogs) : IDisposable
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(1);

    private static readonly string[] s_files = ["html", "json", "csv"];

    private readonly CancellationTokenSource _gone = new();
    private EvaluationView? _view;
    private bool _looked;
    private IReadOnlyList<Other> _others = [];
    private BaseModel? _base;

    private sealed record Other(string Text, string Address);

    // What the evaluated model was trained from, and its own evaluation against the same reference; null: there is none yet.
    private sealed record BaseModel(string Name, string? Report);

    /// <summary>The evaluation.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>The combination whose report is shown; null: the one with the least distance.</summary>
    [SupplyParameterFromQuery] public int? Cell { get; set; }

    /// <summary>Another evaluation, to be shown beside it.</summary>
    [SupplyParameterFromQuery] public string? With { get; set; }

    /// <summary>Its combination.</summary>
    [SupplyParameterFromQuery] public int? WithCell { get; set; }

    private string Name => EvaluationText.Model(_view!.Title, T);

    private EvaluationCells Compared => new(_view!.Cells);

    private string OtherName => _others.FirstOrDefault(o => o.Address == $"{With}@{WithCell ?? 0}")?.Text ?? T["Report"];

    private int Shown => Cell is { } c && c >= 0 && c < _view!.Cells.Count ? c : Best(_view!);

    protected override async Task OnParametersSetAsync()
    {
        _view = await evaluations.FindAsync(Id, _gone.Token);
        _looked = true;
        _base = await FindBaseAsync();
        await ListOthersAsync();
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
            while (_view is not null && !JobStatus.IsFinal(_view.Job.Status) && await timer.WaitForNextTickAsync(_gone.Token))
            {
                try
                {
                    _view = await evaluations.FindAsync(Id, _gone.Token);
                    if (_view?.HasReport == true) await ListOthersAsync();
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

    private async Task<BaseModel?> FindBaseAsync()
    {
        if (_view?.Job.RequestAs<EvaluationRequest>() is not { Model: { } model } request
            || (await sampling.FindModelAsync(model, _gone.Token))?.Parent is not { Installed: true, Name: var parent }) return null;
        var done = (await evaluations.ListAsync(_gone.Token)).FirstOrDefault(e => e.HasReport
            && e.Job.RequestAs<EvaluationRequest>() is { } other && (other.Model, other.Reference) == (parent, request.Reference));
        return new BaseModel(parent, done?.Job.Id);
    }

    private async Task ListOthersAsync()
    {
        if (_view?.HasReport != true) return;
        _others =
        [
            .. from other in await evaluations.ListAsync(_gone.Token)
               where other.HasReport
               from cell in other.Cells.Select((c, i) => (Name: NameOf(c), i))
               where other.Job.Id != Id || cell.i != Shown
               let made = other.Job.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
               select new Other(T["OtherReport", EvaluationText.Model(other.Title, T), cell.Name, made], $"{other.Job.Id}@{cell.i}"),
        ];
    }

    private async Task DeleteAsync()
    {
        if (await EvaluationDeletion.AskAsync(dialogs, jobs, _view!, T)) navigation.NavigateTo("evaluate");
    }

    private void Compare(string? address)
    {
        var (with, cell) = address?.Split('@') is [var id, var index] ? (id, index) : (null, null);
        var shown = new Dictionary<string, object?> { ["cell"] = Shown, ["with"] = with, ["withCell"] = cell };
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(shown));
    }

    private string Address(int cell) => navigation.GetUriWithQueryParameter("cell", cell);

    private string BaseAddress => $"evaluate?model={Uri.EscapeDataString(_base!.Name)}&like={Id}";

    private string FileName(string extension) => $"{_view!.Title}-{Shown}.{extension}";

    private string? DistanceName => _view!.Cells.Select(c => c.DistanceName).FirstOrDefault(n => n is not null);

    // The server calls a combination by its English title.
    private string NameOf(string title) => _view!.Cells.FirstOrDefault(c => c.Title == title) is { } cell ? NameOf(cell) : title;

    private string NameOf(EvaluationCell cell) => EvaluationText.Cell(cell, sampling.Samplers, T);

    private string? Verdict(EvaluationCell cell) => _view!.Cells.Count(c => c.Distance is not null) < 2 ? null
        : ReferenceEquals(cell, Compared.Best) ? T["Best"]
        : Compared.IsLikeBest(cell) ? T["NotDistinguishable"].Value : null;

    /// <summary>Address of an image in a report.</summary>
    internal static string ImageOf(string id, int cell, string name)
        => $"api/v1/evaluations/{Uri.EscapeDataString(id)}/images/{name}.png?cell={cell}";

    private static string Source(string id, int cell, string extension)
        => $"api/v1/evaluations/{Uri.EscapeDataString(id)}/report.{extension}?cell={cell}";

    private static int Best(EvaluationView view)
        => view.Cells.Select((c, i) => (c.Distance, i)).OrderBy(c => c.Distance ?? double.PositiveInfinity).First().i;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
