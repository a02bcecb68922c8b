using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling;

namespace Playground.Server.Evaluations;

/// <summary>
/// Evaluations: for every combination its images and what <see cref="Evaluator"/> finds of them, and at the end the reports. Images,
/// features and reports are written as they come, so that a restart loses one batch at most.
/// </summary>
internal sealed class EvaluationHandler(
    CellGenerator generator, ModelAccess models, EvaluationReferences references, EvaluationOpener opener, EvaluationFiles files,
    EvaluationReports reports, DeviceThread device) : IJobHandler
{
    private const int Shown = 64;

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
            var evaluated = await FindModelAsync(request, job.Owner, ct);
            var model = evaluated?.Summary;
            var state = Begin(id, request, model);
            var cells = EvaluationPlan.Cells(request, drawsText: model?.Text is not null);
            job.CountFrom(evaluated is null ? 0 : cells.Sum(cell => generator.CountOf(id, cell, evaluated)));
            var title = "";
            using var opened = await opener.OpenAsync(job, request, model, p => Tell(job, title, p, countsImages: model is null), ct);
            // What CLIP says of the prompts goes before what can be told without.
            await using var prompts = opened.Clip is not null || model?.Text is null || opened.Real.Pictures is not { } real ? null
                : await PromptGrader.OpenAsync(model, real, request.Prompts, request.Seed, device,
                    (done, all) => TellLatents(job, opened.Real.Name, done, all), ct);
            var graded = new List<GradedCell>();
            foreach (var cell in cells)
            {
                title = cell.Title;
                graded.Add(Known(id, cell, state) ?? await GradeAsync(job, cell, request, evaluated, (opened, prompts), ct));
                state = state.With(cell.Index, graded[^1].ToResult());
                files.Write(id, state);
                files.WriteReport(id, cell.Index, graded[^1].Report);
            }
            await reports.WriteAsync(job.View, graded, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested || job.Canceled.IsCancellationRequested)
        {
            // Only what the server's stop cut off goes on later.
            files.Remove(id);
            throw;
        }
        files.RemoveWork(id);
        return JobOutcome.Succeeded;
    }

    private async Task<EvaluatedModel?> FindModelAsync(EvaluationRequest request, string owner, CancellationToken ct)
        => request.Model is not { } name ? null
            : new EvaluatedModel(name, (await models.TitleAsync(name, owner, ct)).Text, await models.FindAsync(name, owner, ct)
                ?? throw PlaygroundException.Of(JobError.ModelGone, $"The model '{name}' is not installed any more."));

    // Notes the model that it begins with, or makes sure that it goes on with the same.
    private EvaluationState Begin(string id, EvaluationRequest request, ModelSummary? model)
    {
        var state = files.Read(id) ?? new EvaluationState(model?.Hash, new Dictionary<int, CellResult>());
        if (state.ModelHash != model?.Hash)
            throw PlaygroundException.Of(JobError.ModelReplaced,
                $"The model '{request.Model}' was replaced while its evaluation was cut off, so that it would evaluate two models at once. "
                + $"Start it anew.");
        files.Write(id, state);
        return state;
    }

    private GradedCell? Known(string id, PlannedCell cell, EvaluationState state)
        => state.Cells.TryGetValue(cell.Index, out var result) && files.ReadReport(id, cell.Index) is { } report
            ? new GradedCell(cell, result.Seconds, report)
            : null;

    private async Task<GradedCell> GradeAsync(LiveJob job, PlannedCell cell, EvaluationRequest request, EvaluatedModel? model,
        (OpenedEvaluation Opened, PromptGrader? Prompts) graders, CancellationToken ct)
    {
        var real = NamesOf(graders.Opened.Real.Pictures);
        IPictureSet images;
        EvaluatedClasses classes;
        if (model is not null)
        {
            classes = new EvaluatedClasses(real, model.Summary.ClassNames);
            images = await generator.GenerateAsync(job, cell, model, classes, ct);
        }
        else
        {
            var given = await references.OpenAsync(request.Generated!, job.Owner, ct);
            classes = new EvaluatedClasses(real, NamesOf(given));
            images = new RelabeledPictures(given, classes);
            job.Amend(job.View.Request, images.Count);
        }
        using var input = EvaluationInput.Of(model is null ? cell.Title : images.Name, images);
        // Linear algebra in float64 on the CPU, whatever the device: others' samplings go on meanwhile.
        var report = await graders.Opened.Evaluator.EvaluateAsync(model is null ? cell.Title : $"{model.Title}: {cell.Title}", input, ct);
        if (graders.Prompts is { } prompts)
        {
            var score = await prompts.GradeAsync(images, (done, all) => TellLatents(job, cell.Title, done, all), ct);
            report = report with { Scores = [.. report.Scores, score] };
        }
        var seconds = (images as GeneratedImages)?.Seconds;
        return new GradedCell(cell, seconds, report with
        {
            Classes = [.. report.Classes.Select(c => c with { Name = classes.NameOf(c.Name) })],
            Samples = First(images),
            Warnings = [.. report.Warnings,
                .. seconds is null ? (Remark[])[]
                    : [Remark.Of(RemarkCode.TimesShared, $"Times were taken while the server served others too.")]],
        });
    }

    private static IReadOnlyList<string> NamesOf(IPictureSet? images)
        => ModelManifest.ShownNames((images as IPictureDataset)?.ClassNames ?? []);

    private static ReportedPicture First(IPictureSet images)
    {
        var grid = PictureGrid.Of(PictureBatch.Concat([.. Enumerable.Range(0, Math.Min(Shown, images.Count)).Select(images.Read)]));
        return new ReportedPicture(PngFile.Encode(grid), grid.Width, grid.Height, $"The first {Math.Min(Shown, images.Count)} images");
    }

    private static void TellLatents(LiveJob job, string title, int done, int all)
        => job.Advance(job.View.Step, activity: Remark.Of(JobActivity.TakingLatents,
            $"{title}: latents, {done} of {all}"));

    private static void Tell(LiveJob job, string title, EvaluationProgress p, bool countsImages)
        => job.Advance(countsImages && p.Stage == EvaluationStage.Features(EvaluationStage.Generated) ? (int)p.Done : job.View.Step,
            activity: ActivityOf(title, p));

    /// <summary>A stage of a combination's evaluation.</summary>
    internal static Remark ActivityOf(string title, EvaluationProgress p)
    {
        var (code, words) = (JobActivity.Evaluating + p.Stage.Code, p.Stage.Words);
        // Before the first combination there is none to name.
        var text = title.Length == 0 ? words : $"{title}: {words}";
        return p.Total is { } total
            ? new Remark(code, $"{text}, {p.Done} of {total}", [title, $"{p.Done}", $"{total}"])
            : new Remark(code, text, [title]);
    }
}
