using System.Diagnostics;
using System.Globalization;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary>
/// Shows an evaluation on standard error: a line now and then where that is a file, one that renews itself on a terminal; at the end the
/// scores.
/// </summary>
internal sealed class EvaluateDisplay : IDisposable
{
    private static readonly TimeSpan s_terminalPause = TimeSpan.FromSeconds(0.2), s_logPause = TimeSpan.FromSeconds(10);
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly Lock _lock = new();
    private readonly Stopwatch _since = Stopwatch.StartNew(), _stageClock = Stopwatch.StartNew();
    private EvaluationStage? _stage;
    private bool _open;

    public void Show(EvaluationProgress progress)
    {
        lock (_lock)
        {
            var begins = progress.Stage != _stage;
            if (!begins && _since.Elapsed < (_live ? s_terminalPause : s_logPause) && progress.Done != progress.Total) return;
            if (begins) _stageClock.Restart();
            _since.Restart();
            _stage = progress.Stage;
            _open = _live;
            Console.Error.Write(_live ? $"\r{Line(progress)}\u001b[K" : Line(progress) + "\n");
        }
    }

    public void Close(EvaluationReport report, string? path)
    {
        EndLine();
        var console = Terminal.Error();
        var table = new Table().AddColumns("Score", "Value", "95 % interval");
        foreach (var s in report.Scores)
            table.AddRow(s.Name.EscapeMarkup(), Number(s.Value), s.Interval is { } i ? $"{Number(i.Low)} to {Number(i.High)}" : "");
        console.Write(table);
        foreach (var sentence in Verdict.Of(report)) Console.Error.WriteLine(sentence.Text);
        // Each sentence once: scores of one kind share theirs.
        foreach (var warning in report.Warnings.Concat(report.Scores.SelectMany(s => s.Warnings)).Concat(Notes(report)).Select(r => r.Text)
            .Distinct())
            Console.Error.WriteLine($"! {warning}");
        if (report.Neighbours is { } n) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Nearest real pictures: {n.TooNear * 100:0.0} % of the generated ones are too near to one; about 1 % is chance."));
        if (path is not null) Console.Error.WriteLine($"The report is in {path}.");
    }

    public void EndLine()
    {
        if (_open) Console.Error.WriteLine();
        _open = false;
    }

    public void Dispose() => EndLine();

    private string Line(EvaluationProgress p)
    {
        if (p.Total is not { } total || p.Done == 0) return p.Stage.Words;
        var left = TimeSpan.FromSeconds(_stageClock.Elapsed.TotalSeconds * (total - p.Done) / p.Done);
        return $"{p.Stage.Words}  {p.Done}/{total}  {Terminal.Text(left)} left";
    }

    private static IEnumerable<Remark> Notes(EvaluationReport report)
        => new[] { report.Extractor?.Note, report.Clip?.Note }.OfType<Remark>();

    private static string Number(double? value) => value is { } v ? v.ToString("0.#####", CultureInfo.InvariantCulture) : "–";
}
