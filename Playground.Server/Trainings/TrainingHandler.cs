using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Training;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>Trainings: one at a time, each going on from its newest checkpoint wherever it was cut off.</summary>
internal sealed class TrainingHandler(
    IOptions<PlaygroundOptions> options, TrainingPlans plans, TrainingStore store, JobStore jobs, BlobStore blobs,
    TrainingSignalBoard signals, ModelJobs users, ModelStore models, DeviceThread device, DeviceShare share, ILogger<TrainingHandler> log)
        : IJobHandler
{
    public string Kind => JobKind.Training;

    public int Parallel => 1;

    public bool Resumes => true;

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        await start();
        var request = job.View.RequestAs<TrainingRequest>();
        var folder = new TrainingFolder(options.Value.Data, job.View.Id);
        using var plan = await OpenAsync(job.Owner, request, folder, ct);
        ITrainer? trainer = null;
        try
        {
            trainer = await device.RunAsync(() => Begin(plan, folder), ct);
            await RememberAsync(plan, trainer, folder, request, ct);
            await store.RemoveSamplesAfterAsync(job.View.Id, trainer.Step, ct);
            using var curve = new TrainingCurve(folder.Curve, trainer.Step);
            job.SetStartStep((int)trainer.Step);
            var run = new TrainingRun(job, request, plan.Text?.PromptsFor(plan.Data.Pictures, request.SampleCount) ?? [], trainer, folder,
                curve, signals.Begin(job.View.Id), store, jobs, blobs, share,
                Lineage(folder, request, job.View.Id));
            return await run.RunAsync(ct);
        }
        catch (DivergedException e)
        {
            throw Explain(e, folder);
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            log.LogWarning(e, "Training {Job} is paused", job.View.Id);
            var step = Trainer.CheckpointStep(folder.Path);
            // What has no code is said as it is.
            var why = JobErrors.Of(e) is [var known, ..] ? known
                : new Remark("", e is StorageException ? e.Message : StorageFailures.WordsFor(e), []);
            return new JobOutcome(JobStatus.Paused, [why, step > 0
                ? Remark.Of(JobError.ResumesFrom, $"Resumed, the training goes on from step {step}.")
                : Remark.Of(JobError.ResumesAnew, $"Resumed, the training begins anew.")]);
        }
        finally
        {
            signals.End(job.View.Id);
            if (trainer is not null) await device.RunAsync(() => End(trainer), CancellationToken.None);
        }
    }

    public Task EndedAsync(LiveJob job, string status, string error)
    {
        // What was learned before a failure may be wanted.
        if (status == JobStatus.Canceled) new TrainingFolder(options.Value.Data, job.View.Id).Discard();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyCollection<string>> DeleteAsync(JobRow job, CancellationToken ct)
    {
        var folder = new TrainingFolder(options.Value.Data, job.Id);
        foreach (var step in folder.Steps())
        {
            if (await users.UsingAsync(TrainingFolder.NameOf(job.Id, step), ct) is [var user, ..])
                throw RequestException.Conflict($"The checkpoint after step {step} is in use by {user.Kind} {user.Id[..8]}, which is "
                    + $"{user.Status}. Cancel that or wait for it, then delete the training.");
        }
        var samples = await store.SamplesAsync(job.Id, ct);
        await device.RunAsync(() => models.UnloadIn(folder.Path), CancellationToken.None);
        if (Directory.Exists(folder.Path)) Directory.Delete(folder.Path, recursive: true);
        return samples;
    }

    private async Task<TrainingPlan> OpenAsync(string owner, TrainingRequest request, TrainingFolder folder, CancellationToken ct)
    {
        try
        {
            // What it went on from lies with it by now, installed or not.
            var kept = Directory.Exists(folder.Base) ? folder.Base : null;
            return await plans.OpenAsync(owner, request, kept, ct);
        }
        catch (RequestException e)
        {
            throw new PlaygroundException($"The training cannot begin: {e.Message}", e);
        }
    }

    private static ITrainer Begin(TrainingPlan plan, TrainingFolder folder)
    {
        Directory.CreateDirectory(folder.Path);
        if (plan.Base is { } from && !Directory.Exists(folder.Base))
            WholeFolder.Create(folder.Base, part => ModelCopy.Write(from, part));
        var trainer = plan.CreateTrainer(folder.Path, folder.Base);
        try
        {
            if (Trainer.HasCheckpoint(folder.Path)) trainer.Resume();
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    private static void End(ITrainer trainer)
    {
        trainer.Dispose();
        TensorMemory.Trim();
    }

    // The data set's content and the parent are settled by the first run; a later one must find the same.
    private static async Task RememberAsync(TrainingPlan plan, ITrainer trainer, TrainingFolder folder, TrainingRequest request,
        CancellationToken ct)
    {
        if (Origin(folder) is { } before)
        {
            if (before.Hash == plan.Data.Hash) return;
            throw PlaygroundException.Of(JobError.DataChanged,
                $"The data set '{before.Dataset}' has changed since the training began. Restore it, then resume, or start a new training.");
        }
        var origin = new TrainingLineage(plan.Data.Name, plan.Data.Version, plan.Data.Hash, plan.Data.Pictures.Count, request.Model,
            plan.Model?.Hash, trainer.TrainedParameters, trainer.Note);
        await File.WriteAllBytesAsync(folder.Origin + ".part", JsonSerializer.SerializeToUtf8Bytes(origin, JsonSerializerOptions.Web), ct);
        File.Move(folder.Origin + ".part", folder.Origin, overwrite: true);
    }

    /// <summary>What a training is made from; null before its first run.</summary>
    public static TrainingLineage? Origin(TrainingFolder folder)
        => File.Exists(folder.Origin) ? JsonSerializer.Deserialize<TrainingLineage>(File.ReadAllBytes(folder.Origin),
            JsonSerializerOptions.Web) : null;

    private static ModelLineage Lineage(TrainingFolder folder, TrainingRequest request, string job)
    {
        var origin = Origin(folder)!;
        return new ModelLineage
        {
            Dataset = origin.Dataset,
            DatasetId = request.Dataset,
            DatasetVersion = origin.Version,
            DatasetHash = origin.Hash,
            Parent = origin.Parent,
            ParentHash = origin.ParentHash,
            Training = job
        };
    }

    private static PlaygroundException Explain(DivergedException e, TrainingFolder folder) => folder.Steps() is [.., var last]
        ? PlaygroundException.Of(JobError.Diverged, $"The loss became {e.Loss} at step {e.Step}. The weights after step {last}, the last "
            + $"good ones, are kept. Start again with a lower learning rate, or in f32.", e)
        : PlaygroundException.Of(JobError.DivergedAtOnce, $"The loss became {e.Loss} at step {e.Step}, before anything was saved. Start "
            + $"again with a lower learning rate, or in f32.", e);
}
