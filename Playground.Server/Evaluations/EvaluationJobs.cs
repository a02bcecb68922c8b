using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Samplers;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Trainings;

namespace Playground.Server.Evaluations;

/// <summary>Evaluations for the pages and the HTTP API, in process.</summary>
internal sealed class EvaluationJobs(ModelStore models, ModelAccess owned, EvaluationReferences references, EvaluationExtractors extractors,
    EvaluationFiles files, EvaluationReports reports, JobQueue queue, ICurrentOwner owner) : IEvaluations
{
    private const int MinCount = EvaluationRequest.MinCount, MaxCount = EvaluationRequest.MaxCount, MaxPictures = 100_000;

    public async Task<EvaluationChoices> GetChoicesAsync(CancellationToken ct)
        => new(await references.ListAsync(owner.Id, ct), extractors.List(), extractors.ListClip());

    public async Task<EvaluationView> StartAsync(EvaluationRequest request, CancellationToken ct)
    {
        var problems = new List<(string Field, string Message)>();
        var reference = await references.FindAsync(request.Reference, owner.Id, ct);
        if (reference is null)
            problems.Add(("reference", $"reference '{request.Reference}' is not there; GET /api/v1/evaluations/choices lists what is."));
        request = request with { Features = request.Features ?? reference?.Features };
        CheckExtractor(request, reference, problems);
        if (request.Model is null == request.Generated is null) problems.Add(("model", "Give either model or generated, and not both."));

        var steps = 0;
        ImageForm? form = null;
        if (request.Model is { } name)
        {
            var model = await owned.FindAsync(name, owner.Id, ct);
            if (model?.Text is not null && request.Prompts.Count == 0 && reference is not null)
                request = request with { Prompts = await CaptionsOfAsync(reference, request.Count, ct) };
            CheckClip(request, model?.Text is not null, problems);
            steps = CheckModel(name, model, request, problems);
            form = model is null ? null : new ImageForm(model.SampleSize, model.Channels);
        }
        else if (request.Generated is { } id)
        {
            CheckClip(request, drawsText: false, problems);
            var given = await references.FindAsync(id, owner.Id, ct);
            CheckGiven(id, given, request, problems);
            steps = (int)(given?.Count ?? 0);
            form = given?.Form;
        }
        if (reference is not null && extractors.Find(request.Features ?? "") is { } taken)
            problems.AddRange(EvaluationFit.Find(form, reference, taken).Where(EvaluationFit.IsRefused)
                .Select(m => ("reference", MismatchText(m, form, reference, taken))));
        if (problems.Count > 0) throw RequestException.Invalid(problems);
        return await ViewAsync(await queue.EnqueueAsync(JobKind.Evaluation, request, steps, ct), ct);
    }

    public async Task<IReadOnlyList<EvaluationView>> ListAsync(CancellationToken ct)
    {
        var views = new List<EvaluationView>();
        foreach (var job in await queue.ListAsync(JobKind.Evaluation, ct)) views.Add(await ViewAsync(job, ct));
        return views;
    }

    public async Task<EvaluationView?> FindAsync(string id, CancellationToken ct)
        => await queue.FindAsync(id, ct) is { Kind: JobKind.Evaluation } job ? await ViewAsync(job, ct) : null;

    public async Task<EvaluationReportView?> FindReportAsync(string id, int cell, CancellationToken ct)
        => await reports.FindAsync(id, owner.Id, cell, ct) is { } report ? EvaluationReportViews.Of(report) : null;

    private static string MismatchText(EvaluationMismatch mismatch, ImageForm? form, ReferenceView reference, ExtractorView extractor)
        => mismatch switch
        {
            EvaluationMismatch.Colors =>
                $"The images to evaluate are {Of(form)}, and those of '{reference.Name}' are {Of(reference.Form)}; "
                + "their distance would say nothing. Choose a reference of the same kind.",
            EvaluationMismatch.Extractor => $"features '{extractor.Name}' are for grayscale images, and these are in color; use others.",
            _ => $"The statistics '{reference.Name}' are of the features '{reference.Features}', not of '{extractor.Name}'.",
        };

    private static string Of(ImageForm? form)
        => form is null ? "of unknown form" : $"{form.Size}×{form.Size} in {(form.Channels == 1 ? "grayscale" : "color")}";

    private string MissingFeatures(string? features, ReferenceView? reference)
    {
        var choices = $"use one of: {string.Join(", ", extractors.List().Select(e => e.Name))}.";
        return features is not null ? $"features '{features}' is not there; {choices}"
            : reference is null ? $"features is missing, and there is no reference to tell which suit; {choices}"
            : $"features is missing, and the statistics '{reference.Name}' do not say whose they are of; {choices}";
    }

    private void CheckExtractor(EvaluationRequest request, ReferenceView? reference, List<(string Field, string Message)> problems)
    {
        if (request.Features is null || extractors.Find(request.Features) is not { } extractor)
            problems.Add(("features", MissingFeatures(request.Features, reference)));
        else if (request.Preprocessing is { } p && !extractor.Preprocessings.Contains(p))
            problems.Add(("preprocessing",
                $"preprocessing '{p}' does not go with '{extractor.Name}'; use one of: {string.Join(", ", extractor.Preprocessings)}."));
    }

    private static void CheckGiven(string id, ReferenceView? given, EvaluationRequest request,
        List<(string Field, string Message)> problems)
    {
        if (given is not { HasPictures: true })
            problems.Add(
                ("generated", $"generated '{id}' is not there, or has no pictures; GET /api/v1/evaluations/choices lists what is."));
        else if (id == request.Reference)
            problems.Add(("generated", "generated and reference are the same pictures; choose two sets."));
    }

    // What a model is asked for where the request does not say: captions of the reference, as many as images are drawn.
    private async Task<IReadOnlyList<string>> CaptionsOfAsync(ReferenceView reference, int count, CancellationToken ct)
    {
        if (!reference.HasPictures) return [];
        using var pictures = await references.OpenAsync(reference.Id, owner.Id, ct);
        return pictures is StoredDataset stored ? PromptGrader.Some(stored, Math.Clamp(count, 1, EvaluationRequest.MaxPrompts)) : [];
    }

    private int CheckModel(string name, ModelSummary? model, EvaluationRequest request, List<(string Field, string Message)> problems)
    {
        if (model is null)
        {
            problems.Add(
                ("model", $"model '{name}' is not installed; use one of: {string.Join(", ", models.List().Select(m => m.Name))}."));
            return 0;
        }
        if (request.Count is < MinCount or > MaxCount)
            problems.Add(("count", $"count is {request.Count}; it must be {MinCount} to {MaxCount}."));
        var combinations = (long)request.Samplers.Count * request.Steps.Count * request.Guidance.Count;
        if (combinations is 0 or > EvaluationRequest.MaxCells)
        {
            problems.Add(
                ("samplers",
                    $"The samplers, steps and guidance scales make {combinations} combinations; there must be 1 "
                    + $"to {EvaluationRequest.MaxCells}."));
            return 0;
        }
        if (combinations * request.Count > MaxPictures)
            problems.Add(
                ("count",
                    $"count is {request.Count}, and {combinations} combinations make {combinations * request.Count} pictures; there may "
                    + $"be {MaxPictures} in all."));
        foreach (var unknown in request.Samplers.Where(s => SamplerCatalog.Find(s) is null))
            problems.Add(("samplers", $"sampler '{unknown}' is not known."));
        CheckPrompts(name, model, request, problems);
        if (problems.Count > 0) return 0;
        var cells = EvaluationPlan.Cells(request, model.Text is not null);
        problems.AddRange(cells.SelectMany(c => c.Request!.Validate(model, MaxCount)).Select(p => (p.Field, p.Message)).Distinct());
        if (problems.Count == 0 && MemoryAdmission.ProblemOf("model",
            MemoryNeed.OfSampling(model, cells[0].Request! with { Count = EvaluationPlan.Batch })) is { } problem) problems.Add(problem);
        return cells.Count * request.Count;
    }

    private static void CheckPrompts(string name, ModelSummary model, EvaluationRequest request,
        List<(string Field, string Message)> problems)
    {
        if (model.Text is not null && request.Prompts.Count is 0 or > EvaluationRequest.MaxPrompts)
            problems.Add(("prompts", $"There are {request.Prompts.Count} prompts; model '{name}' draws what they say, so give 1 to "
                + $"{EvaluationRequest.MaxPrompts:N0}, which take turns, or a reference with captions."));
        if (model.Text is null && request.Prompts.Count > 1 && request.Prompts.Count != (model.Classes ?? 1))
            problems.Add(
                ("prompts",
                    $"There are {request.Prompts.Count} prompts; model '{name}' has {(model.Classes is { } classes
                    ? $"{classes} classes: give one prompt for each, or one for all" : "no classes: give one prompt")}."));
    }

    private void CheckClip(EvaluationRequest request, bool drawsText, List<(string Field, string Message)> problems)
    {
        if (request.Clip is null && request.Prompts.Count > 0 && !drawsText)
            problems.Add(("prompts", "prompts need clip, the name of the CLIP model that reads them."));
        if (request.Clip is { } clip && !extractors.ListClip().Contains(clip))
            problems.Add(
                ("clip", $"clip '{clip}' is not there; {(extractors.ListClip() is [_, ..] some
                    ? $"use one of: {string.Join(", ", some)}" : "whoever runs the server can put one into the features folder")}."));
        if (request.Prompts.FirstOrDefault(p => p is null || p.Length > EvaluationRequest.MaxPrompt
            || string.IsNullOrWhiteSpace(p)) is { } prompt)
            problems.Add(("prompts", string.IsNullOrWhiteSpace(prompt)
                ? "A prompt is empty."
                : $"A prompt has {prompt.Length} characters; the limit is {EvaluationRequest.MaxPrompt}."));
    }

    private async Task<EvaluationView> ViewAsync(JobView job, CancellationToken ct)
    {
        var request = job.RequestAs<EvaluationRequest>();
        var state = files.Read(job.Id);
        var cells = EvaluationPlan.Cells(request, drawsText: false).Select(cell =>
        {
            var result = state?.Cells.GetValueOrDefault(cell.Index);
            return new EvaluationCell(
                cell.Title, cell.Request?.Sampler, cell.Request?.Steps ?? 0, cell.Request?.Guidance ?? 1,
                result?.Seconds, result?.DistanceName, result?.Distance, result?.DistanceLow, result?.DistanceHigh);
        });
        var title = request.Model is { } model
            ? await owned.TitleAsync(model, owner.Id, ct)
            : new ModelTitle((await references.FindAsync(request.Generated!, owner.Id, ct))?.Name ?? request.Generated!, null);
        return new EvaluationView(job, title.Text, state?.ModelHash, [.. cells], job.Status == JobStatus.Succeeded)
        { Training = title.Training };
    }
}
