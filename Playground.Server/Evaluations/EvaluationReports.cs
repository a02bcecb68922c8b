using System.Text;
using Playground.Client.Contracts;
using Playground.Evaluation.Features;
using Playground.Evaluation.Reports;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Evaluations;

/// <summary>
/// The reports of evaluations: one for each combination, all with the charts that compare them; written as JSON, shown as HTML and CSV too.
/// </summary>
internal sealed class EvaluationReports(JobStore store, BlobStore blobs, EvaluationExtractors extractors)
{
    /// <param name="job">Whose reports they are.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="model">What people call the model; null where pictures were graded.</param>
    /// <param name="hash">Of the model's weights.</param>
    /// <param name="extractor">What took the features.</param>
    /// <param name="real">The reference.</param>
    /// <param name="cells">Every combination.</param>
    public async Task WriteAsync(JobView job, EvaluationRequest request, string? model, string? hash,
        IFeatureExtractor extractor, RealPictures real, IReadOnlyList<GradedCell> cells, CancellationToken ct)
    {
        var charts = EvaluationCharts.Of(cells);
        var made = new Dictionary<string, string>();
        using var hold = await blobs.HoldAsync(ct);
        foreach (var cell in cells)
        {
            var report = new EvaluationReport
            {
                Title = model is null ? cell.Cell.Title : $"{model}: {cell.Cell.Title}",
                Created = DateTimeOffset.UtcNow,
                Real = new ReportedSide(real.Side.Name, real.Side.Statistics.Count)
                { DataHash = real.Side.Origin?.DataHash, Kept = real.Side.Sample?.Count },
                Generated = new ReportedSide(model is null ? cell.Cell.Title : $"{model} ({hash})", cell.Count)
                { Kept = cell.Kept },
                Extractor = new ReportedExtractor(extractor.Name, extractor.Preprocessing, extractor.WeightsHash, extractor.Dimensions,
                    extractors.Find(request.Features!)?.Note),
                Seed = (int)(request.Seed % int.MaxValue),
                Scores = [.. cell.Scores, .. cell.Clip?.Scores ?? []],
                Clip = cell.Clip?.Model,
                Classes = cell.Classes,
                Neighbours = cell.Neighbours,
                Samples = cell.Samples,
                Charts = charts,
                Warnings = [.. cell.Clip?.Warnings ?? [],
                    .. cell.Seconds is null ? (string[])[] : ["Times were taken while the server served others too."]],
            };
            made[NameOf(cell.Cell.Index)] = await blobs.SaveAsync(Encoding.UTF8.GetBytes(ReportJson.Write(report)), ct);
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
