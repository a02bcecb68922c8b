using System.Diagnostics;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Evaluations;

/// <summary>
/// Evaluations: the reference's features, then for every combination its pictures, their features and its scores, and at the end the
/// report. Pictures and features are written as they come, so that a restart loses one batch at most.
/// </summary>
internal sealed class EvaluationHandler(
    SamplingEngine engine, ModelAccess models, EvaluationReferences references, EvaluationExtractors extractors, EvaluationFiles files,
    CellGrader grader, EvaluationReports reports, IOptions<PlaygroundOptions> options) : IJobHandler
{
    public string Kind => JobKind.Evaluation;

    public int Parallel => 1;

    public bool Resumes => true;

    public Task<IReadOnlyCollection<string>> DeleteAsync(JobRow job, CancellationToken ct)
    {
        files.Remove(job.Id);
        return Task.FromResult<IReadOnlyCollection<string>>([]);
    }

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        var (id, request) = (job.View.Id, job.View.RequestAs<EvaluationRequest>());
        await start();
        try
        {
            var model = request.Model is { } name
                ? await models.FindAsync(name, job.Owner, ct)
                    ?? throw new PlaygroundException($"The model '{name}' is not installed any more.")
                : null;
            var state = files.Read(id) ?? new EvaluationState(model?.Hash, new Dictionary<int, CellResult>());
            if (state.ModelHash != model?.Hash)
                throw new PlaygroundException(
                    $"The model '{request.Model}' was replaced while its evaluation was cut off, so that it would grade two models at "
                        + "once. Start it anew.");
            files.Write(id, state);
            using var extractor = extractors.Open(request.Features!, request.Preprocessing);
            using var real = await OpenRealAsync(job, request, extractor, ct);
            using var clip = request.Clip is null ? null : new ClipGrader(extractors.OpenClip(request.Clip), request.Prompts, real.Pictures,
                Cache(), new StatisticsCache(files.EmbeddingsOf(id)))
            { TakesTurns = model?.Text is not null };
            var cells = EvaluationPlan.Cells(request, drawsText: model?.Text is not null);
            job.CountFrom(cells.Sum(cell => model is null ? 0 : Done(id, cell, model, extractor)));
            var graded = new List<GradedCell>();
            foreach (var cell in cells)
            {
                using var pictures = model is null
                    ? await TakeGivenAsync(job, request, extractor, ct)
                    : await GenerateAsync(job, request, cell, model, extractor, ct);
                job.Advance(job.View.Step, activity: $"{cell.Title}: scores");
                // Linear algebra in float64 on the CPU, whatever the device: others' samplings go on meanwhile.
                Action<EvaluationProgress> onProgress = p => job.Advance(job.View.Step, activity: $"{cell.Title}: {p.Stage}{Of(p)}");
                var scores = await Task.Run(() => grader.Grade(cell, pictures, extractor, real, request.Seed, onProgress, ct), ct);
                graded.Add(clip is null ? scores
                    : scores with { Clip = await clip.GradeAsync(new GradedSource(cell.Title, pictures), request.Seed, onProgress, ct) });
                state = state.With(cell.Index, graded[^1].ToResult());
                files.Write(id, state);
            }
            var title = request.Model is null ? null : (await models.TitleAsync(request.Model, job.Owner, ct)).Text;
            await reports.WriteAsync(job.View, request, title, model?.Hash, extractor, real, graded, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested || job.Canceled.IsCancellationRequested)
        {
            // Only what the server's stop cut off goes on later.
            files.Remove(id);
            throw;
        }
        files.RemovePictures(id);
        return JobOutcome.Succeeded;
    }

    private async Task<RealPictures> OpenRealAsync(LiveJob job, EvaluationRequest request, IFeatureExtractor extractor,
        CancellationToken ct)
    {
        var reference = await references.FindAsync(request.Reference, job.Owner, ct)
            ?? throw new PlaygroundException($"The reference '{request.Reference}' is not there any more.");
        if (!reference.HasPictures)
            return new RealPictures(new EvaluatedSide(reference.Name, references.ReadStatistics(reference.Id)), null);
        var pictures = await references.OpenAsync(reference.Id, job.Owner, ct);
        try
        {
            var collected = await new FeatureCollector(extractor, Cache()).CollectAsync(pictures, "real",
                p => job.Advance(job.View.Step, activity: $"{reference.Name}: {p.Stage}{Of(p)}"), ct);
            return new RealPictures(new EvaluatedSide(reference.Name, collected.File), pictures)
            { ClassNames = ModelManifest.ShownNames(pictures.ClassNames) };
        }
        catch
        {
            pictures.Dispose();
            throw;
        }
    }

    private static string Of(EvaluationProgress p) => p.Total is { } total ? $", {p.Done} of {total}" : "";

    private StatisticsCache Cache() => new(Path.Combine(Path.GetFullPath(options.Value.Data), "statistics"));

    private int Done(string id, PlannedCell cell, ModelSummary model, IFeatureExtractor extractor)
    {
        if (!File.Exists(files.PicturesOf(id, cell.Index))) return 0;
        using var pictures = Open(id, cell, model, extractor);
        return pictures.Count;
    }

    private GradedPictures Open(string id, PlannedCell cell, ModelSummary model, IFeatureExtractor extractor)
        => new(files.PicturesOf(id, cell.Index), extractor.Dimensions, extractor.Classes, model.SampleSize, model.Channels)
        {
            ClassNames = model.ClassNames,
        };

    private async Task<GradedPictures> GenerateAsync(LiveJob job, EvaluationRequest request, PlannedCell cell, ModelSummary model,
        IFeatureExtractor extractor, CancellationToken ct)
    {
        var graded = Open(job.View.Id, cell, model, extractor);
        try
        {
            var before = cell.Index * request.Count;
            while (graded.Count < request.Count)
            {
                job.Advance(before + graded.Count, activity: $"{cell.Title}: {graded.Count} of {request.Count} images");
                var began = Stopwatch.GetTimestamp();
                var result = await engine.SampleAsync(request.Model!,
                    cell.Request!.Part(graded.Count, Math.Min(EvaluationPlan.Batch, request.Count - graded.Count), model), ct: ct);
                var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                await Task.Run(() => graded.Append(result.Pictures, extractor.Extract(result.Pictures), result.Classes, seconds), ct);
            }
            job.Advance(before + request.Count);
            return graded;
        }
        catch
        {
            graded.Dispose();
            throw;
        }
    }

    private async Task<GradedPictures> TakeGivenAsync(LiveJob job, EvaluationRequest request, IFeatureExtractor extractor,
        CancellationToken ct)
    {
        using var pictures = await references.OpenAsync(request.Generated!, job.Owner, ct);
        if (pictures.Height != pictures.Width)
            throw new PlaygroundException($"'{pictures.Name}' has pictures of {pictures.Width}×{pictures.Height}; square ones are needed.");
        job.Amend(job.View.Request, pictures.Count);
        var graded = new GradedPictures(files.PicturesOf(job.View.Id, 0), extractor.Dimensions, extractor.Classes, pictures.Height,
            pictures.Channels)
        { ClassNames = ModelManifest.ShownNames(pictures.ClassNames) };
        await Task.Run(() =>
        {
            while (graded.Count < pictures.Count)
            {
                ct.ThrowIfCancellationRequested();
                var (from, count) = (graded.Count, Math.Min(EvaluationPlan.Batch, pictures.Count - graded.Count));
                var batch = PictureBatch.Concat([.. Enumerable.Range(from, count).Select(i => pictures.Read(i))]);
                graded.Append(batch, extractor.Extract(batch),
                    pictures.Classes is null ? [] : [.. Enumerable.Range(from, count).Select(pictures.Label)], 0);
                job.Advance(from + count, activity: $"Features of {pictures.Name}");
            }
        }, ct);
        return graded;
    }
}
