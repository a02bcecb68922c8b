using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Training;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>Trainings for the pages and the HTTP API, in process. Everything is the caller's.</summary>
internal sealed class TrainingJobs(
    IOptions<PlaygroundOptions> options, TrainingPlans plans, TrainingEstimates estimates, TrainingPromotion promotion,
    TrainingPresets presets, TextPresets texts, Autoencoders autoencoders, ModelAccess models, IEnumerable<ITrainingData> data,
    TrainingStore store, TrainingSignalBoard signals, JobQueue queue, JobStore jobs, JobBoard board,
    ISampling sampling, ICurrentOwner owner) : ITrainings
{
    public async Task<TrainingChoices> GetChoicesAsync(CancellationToken ct)
    {
        var datasets = new List<TrainingDataset>();
        foreach (var source in data) datasets.AddRange(await source.ListAsync(owner.Id, ct));
        return new TrainingChoices(presets.All, datasets)
        {
            AutoencoderPresets = texts.Autoencoders,
            TextPresets = texts.Models,
            Autoencoders = await autoencoders.ListAsync(owner.Id, ct),
        };
    }

    public async Task<TrainingEstimate> EstimateAsync(TrainingRequest request, CancellationToken ct)
    {
        using var plan = await plans.OpenAsync(owner.Id, request, null, ct);
        return await estimates.OfAsync(plan, request, owner.Id, ct);
    }

    public async Task<JobView> StartAsync(TrainingRequest request, CancellationToken ct)
    {
        (request, _) = await plans.CheckAsync(owner.Id, request, ct);
        return await queue.EnqueueAsync(JobKind.Training, request, request.Options.Steps, ct);
    }

    public async Task<TrainingView?> FindAsync(string id, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        var folder = FolderOf(id);
        var samples = await store.SampleStepsAsync(id, ct);
        var checkpoints = folder.Steps().Select(
            step => new TrainingCheckpointView(step, TrainingFolder.NameOf(id, step), SizeOf(folder.ModelAt(step)),
            samples.LastOrDefault(s => s <= step) is > 0 and var sample
                ? sample
                : null, TrainingCurve.At(folder.Curve, step)?.Smoothed, Validation(folder, step)));
        var request = job.RequestAs<TrainingRequest>();
        var lineage = TrainingHandler.Origin(folder);
        if (lineage?.Parent is { } parent) lineage = lineage with { ParentTitle = (await models.TitleAsync(parent, owner.Id, ct)).Text };
        return new TrainingView(job, request, lineage, [.. checkpoints], samples)
        {
            PicturesPerSecond = TrainingCurve.Last(folder.Curve)?.PicturesPerSecond,
            IsAutoencoder = request.Text is not null && texts.Autoencoders.Any(p => p.Name == request.Preset),
        };
    }

    public async Task<IReadOnlyList<TrainingPoint>?> GetCurveAsync(string id, long after, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        var settings = job.RequestAs<TrainingRequest>().Options;
        return TrainingCurve.Read(FolderOf(id).Curve, Math.Max(after, 0), settings.Validation > 0 ? settings.ValidateEvery : 0);
    }

    public async Task<JobView?> PauseAsync(string id, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        if (job.Status != JobStatus.Running || signals.Find(id) is not { } running)
            throw RequestException.Conflict($"The training is {job.Status}; only one that runs can be paused.");
        running.Wish = TrainingCommand.Pause;
        return job;
    }

    public async Task<JobView?> ResumeAsync(string id, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        if (job.Status != JobStatus.Paused)
            throw RequestException.Conflict($"The training is {job.Status}; only one that is paused can be resumed.");
        return await queue.RetryAsync(id, ct);
    }

    public async Task<JobView?> StopAsync(string id, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        if (job.Status == JobStatus.Running && signals.Find(id) is { } running)
        {
            running.Wish = TrainingCommand.Stop;
            return job;
        }
        if (job.Status != JobStatus.Paused || board.Find(id, owner.Id) is not { } live)
            throw RequestException.Conflict($"The training is {job.Status}; only one that runs or is paused can be stopped.");
        if (FolderOf(id).Steps().Count == 0)
            throw RequestException.Conflict("The training has learned nothing yet that could be kept; cancel it instead.");
        // Nobody works at a paused job who could end it.
        if (!await jobs.UpdateAsync(job.Next(JobStatus.Succeeded), ct))
            throw RequestException.Conflict("The training was resumed or canceled at the same time.");
        live.End(JobStatus.Succeeded);
        board.Retire(live);
        return live.View;
    }

    public async Task<JobView?> SetStepsAsync(string id, int steps, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        if (JobStatus.IsFinal(job.Status) || board.Find(id, owner.Id) is not { } live)
            throw RequestException.Conflict($"The training is {job.Status}; its steps can be changed until it has ended.");
        var request = job.RequestAs<TrainingRequest>();
        request = request with { Options = request.Options with { Steps = steps } };
        if (request.Options.Problems() is [var problem, ..])
            throw RequestException.Invalid("steps", problem.Message);
        if (steps <= job.Step)
            throw RequestException.Invalid("steps", $"steps is {steps}, and {job.Step} are done; give more, or stop the training.");
        var amended = JsonSerializer.SerializeToElement(request, JsonSerializerOptions.Web);
        await jobs.AmendAsync(id, amended, steps, ct);
        live.Amend(amended, steps);
        if (signals.Find(id) is { } running) running.Steps = steps;
        return live.View;
    }

    public async Task<JobView?> RenameAsync(string id, string? name, CancellationToken ct)
    {
        if (await FindJobAsync(id, ct) is not { } job) return null;
        var request = job.RequestAs<TrainingRequest>() with { Name = string.IsNullOrWhiteSpace(name) ? null : name.Trim() };
        if (TrainingPlans.NameProblem(request) is { } problem) throw RequestException.Invalid("name", problem);
        var amended = JsonSerializer.SerializeToElement(request, JsonSerializerOptions.Web);
        await jobs.AmendAsync(id, amended, job.Steps, ct);
        if (board.Find(id, owner.Id) is not { } live) return await FindJobAsync(id, ct);
        live.Amend(amended, live.View.Steps);
        return live.View;
    }

    public async Task<ModelView?> PromoteAsync(string id, long step, string name, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } training || training.Checkpoints.FirstOrDefault(c => c.Step == step) is not { } checkpoint)
            return null;
        if (!Directory.Exists(Path.Combine(FolderOf(id).ModelAt(step), "unet")))
            throw RequestException.Invalid("name",
                "This checkpoint is of an autoencoder, which draws nothing by itself. Train a model that "
                + "reads text over it, and save that.");
        var sample = checkpoint.SampleStep is { } at ? await store.FindSampleAsync(id, owner.Id, at, ct) : null;
        await Task.Run(() => promotion.Promote(FolderOf(id).ModelAt(step), name, training, sample), ct);
        return await sampling.FindModelAsync(name, ct);
    }

    private async Task<JobView?> FindJobAsync(string id, CancellationToken ct)
        => await queue.FindAsync(id, ct) is { Kind: JobKind.Training } job ? job : null;

    private TrainingFolder FolderOf(string id) => new(options.Value.Data, id);

    private static long SizeOf(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private static double? Validation(TrainingFolder folder, long step)
    {
        var manifest = Core.Json.Read<Core.Checkpoints.ModelManifest>(Path.Combine(folder.ModelAt(step), "playground.json"));
        return manifest.Training?.TryGetValue("validation_loss", out var text) == true
            ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }
}
