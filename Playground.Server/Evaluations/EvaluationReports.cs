using System.Text;
using Playground.Client.Contracts;
using Playground.Evaluation.Reports;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Evaluations;

/// <summary>
/// The reports of evaluations: one for each combination, all with the charts that compare them; written as JSON, shown as HTML and CSV too.
/// </summary>
internal sealed class EvaluationReports(JobStore store, BlobStore blobs)
{
    /// <param name="job">Whose reports they are.</param>
    /// <param name="cells">Every combination.</param>
    public async Task WriteAsync(JobView job, IReadOnlyList<GradedCell> cells, CancellationToken ct)
    {
        var charts = EvaluationCharts.Of(cells);
        var made = new Dictionary<string, string>();
        using var hold = await blobs.HoldAsync(ct);
        foreach (var cell in cells)
        {
            var report = ReportJson.Write(cell.Report with { Charts = charts });
            made[NameOf(cell.Cell.Index)] = await blobs.SaveAsync(Encoding.UTF8.GetBytes(report), ct);
        }
        await store.AddPicturesAsync(job.Id, made, ct);
    }

    /// <summary>The report of a combination; null when there is none.</summary>
    public async Task<EvaluationReport?> FindAsync(string job, string owner, int cell, CancellationToken ct)
        => await store.FindPictureAsync(job, owner, NameOf(cell), ct) is { } hash
            ? ReportJson.Read(await File.ReadAllTextAsync(blobs.PathOf(hash), ct))
            : null;

    private static string NameOf(int cell) => $"report-{cell}.json";
}
