using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>The report of one combination: its scores, samples and charts, and what makes them less than they seem.</summary>
public sealed partial class ReportBody(IEvaluations evaluations)
{
    private const int MostHeadlines = 6;

    // Twice and more what chance gives.
    private const double Suspicious = 0.03;

    private EvaluationReportView? _report;

    /// <summary>The evaluation's.</summary>
    [Parameter, EditorRequired] public string Id { get; set; } = "";

    /// <summary>The combination, from 0.</summary>
    [Parameter] public int Cell { get; set; }

    /// <summary>What the combination is called.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    protected override async Task OnInitializedAsync() => _report = await evaluations.FindReportAsync(Id, Cell, CancellationToken.None);

    private string ImageOf(string name) => Report.ImageOf(Id, Cell, name);

    private string How(ReportScore score) => (score.Method, score.IntervalMethod) switch
    {
        ({ } method, { } interval) => T["MethodAndInterval", EvaluationText.Say(method, T), EvaluationText.Say(interval, T)],
        ({ } method, null) => EvaluationText.Say(method, T),
        _ => "",
    };

    private string Reference(string name) => EvaluationText.Reference(name, T);

    private string Images(long? count) => count is { } n ? T.Plural("ImagesCount", n) : T["Images"];

    private string Range(double? low, double? high) => (low, high) switch
    {
        ({ } a, { } b) => T["To", EvaluationText.Number(a), EvaluationText.Number(b)],
        ({ } a, null) => T["From", EvaluationText.Number(a)],
        _ => "",
    };
}
