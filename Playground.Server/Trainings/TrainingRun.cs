using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Training;
using Playground.Server.Jobs;
using Playground.Server.Sampling;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>One run of a training, from where its trainer stands to its end, or to where its owner or the server stops it.</summary>
internal sealed class TrainingRun(
    LiveJob job, TrainingRequest request, IReadOnlyList<string> prompts, ITrainer trainer, TrainingFolder folder, TrainingCurve curve,
    TrainingSignals signals,
    TrainingStore store, JobStore jobs, BlobStore blobs, DeviceShare share, ModelLineage lineage)
{
    private readonly string _id = job.View.Id;
    private long _kept = -1;
    private bool _isPrepared;

    /// <summary>Trains.</summary>
    /// <exception cref="DivergedException">The loss is no longer a number; the weights from before are kept.</exception>
    /// <exception cref="StorageException">A checkpoint cannot be written; those before it are whole.</exception>
    /// <exception cref="OperationCanceledException">The owner gives it up, or the server stops; then a checkpoint is written.</exception>
    public async Task<JobOutcome> RunAsync(CancellationToken ct)
    {
        await CatchUpAsync(ct);
        while (true)
        {
            if (ct.IsCancellationRequested) await LeaveAsync(ct);
            if (IsAtEnd || (signals.Wish == TrainingCommand.Stop && trainer.Step > 0)) break;
            if (signals.Wish == TrainingCommand.Pause) return await PauseAsync();
            if (!_isPrepared && signals.Wish != TrainingCommand.Stop)
            {
                await PrepareAsync(ct);
                continue;
            }
            await StepAsync(ct);
            if (IsAtEnd) continue;
            if (IsCheckpointDue) await KeepAsync(resumable: true);
            if (IsDue) await PreviewAsync(ct);
        }
        await KeepAsync(resumable: true);
        await PreviewAsync(ct);
        return JobOutcome.Succeeded;
    }

    private bool IsAtEnd => trainer.Step >= trainer.Steps;

    private Task PrepareAsync(CancellationToken ct) => share.RunAsync(turn =>
    {
        do
        {
            if (trainer.Prepare() is { } progress) job.Advance(0, activity: Remark.Of(JobActivity.TeachingText,
                $"{""}teaching the text encoder, {progress.Step} of {progress.Steps}"));
            else _isPrepared = true;
        }
        while (!_isPrepared && signals.Wish == TrainingCommand.GoOn && !ct.IsCancellationRequested && !turn.IsOver);
    });

    private async Task StepAsync(CancellationToken ct)
    {
        try
        {
            await share.RunAsync(turn =>
            {
                do
                {
                    if (signals.Steps is > 0 and var steps && steps != trainer.Steps) trainer.Steps = steps;
                    if (IsAtEnd) break;
                    curve.Add(trainer.Advance());
                    job.Advance((int)trainer.Step);
                }
                while (!IsDue && signals.Wish == TrainingCommand.GoOn && !ct.IsCancellationRequested && !turn.IsOver);
                curve.Flush();
            });
        }
        catch (DivergedException)
        {
            curve.Flush();
            // The step was not taken: these are the weights from before it.
            if (trainer.Step > 0 && trainer.Step != _kept) await KeepAsync(resumable: false);
            throw;
        }
    }

    private bool IsCheckpointDue => trainer.Step % request.Options.CheckpointEvery == 0;

    private bool IsDue => IsCheckpointDue || trainer.Step % request.SampleEvery == 0;

    // Where the server was ended between a checkpoint and what belongs to it.
    private async Task CatchUpAsync(CancellationToken ct)
    {
        if (trainer.Step == 0 || IsAtEnd || !IsDue) return;
        if (IsCheckpointDue && !Directory.Exists(folder.ModelAt(trainer.Step))) await KeepAsync(resumable: false);
        if (!(await store.SampleStepsAsync(_id, ct)).Contains(trainer.Step)) await PreviewAsync(ct);
    }

    private async Task<JobOutcome> PauseAsync()
    {
        if (trainer.Step > 0) await KeepAsync(resumable: true);
        return new JobOutcome(JobStatus.Paused, signals.Reason is { } reason ? [reason] : null);
    }

    private async Task LeaveAsync(CancellationToken ct)
    {
        // Given up: nothing of it is wanted any more.
        if (!job.Canceled.IsCancellationRequested && trainer.Step > 0) await share.RunAsync(_ => trainer.SaveCheckpoint());
        ct.ThrowIfCancellationRequested();
    }

    // The model to try, and what the training itself needs to go on.
    private async Task KeepAsync(bool resumable)
    {
        var step = trainer.Step;
        job.Advance((int)step, activity: Remark.Of(JobActivity.WritingCheckpoint, $"writing a checkpoint"));
        await share.RunAsync(_ =>
        {
            curve.Flush();
            if (resumable) trainer.SaveCheckpoint();
            WholeFolder.Create(folder.ModelAt(step), part => trainer.SaveModel(part, lineage));
        });
        folder.Keep(request.KeepCheckpoints);
        _kept = step;
        if (resumable) await jobs.ReachAsync(job.Reach(), CancellationToken.None);
    }

    private async Task PreviewAsync(CancellationToken ct)
    {
        var step = trainer.Step;
        job.Advance((int)step, activity: Remark.Of(JobActivity.Previewing, $"sampling"));
        ITrainingPreview? preview = null;
        try
        {
            await share.RunAsync(_ => preview = trainer.Preview(new SamplingRequest
            {
                Steps = request.SampleSteps,
                Count = request.SampleCount,
                Precision = request.Options.Precision,
                Prompts = prompts,
                Guidance = prompts.Count > 0 ? TextToImageTrainer.PreviewGuidance : 1,
            }));
            while (!preview!.IsFinished)
            {
                // What is missed here is caught up with by the next run, if there is one.
                if (ct.IsCancellationRequested) return;
                await share.RunAsync(turn =>
                {
                    do preview.Advance();
                    while (!preview.IsFinished && !turn.IsOver);
                });
            }
            PictureBatch? pictures = null;
            await share.RunAsync(_ => pictures = preview.Pictures());
            using var hold = await blobs.HoldAsync(CancellationToken.None);
            var hash = await blobs.SaveAsync(PngFile.Encode(PictureGrid.Of(pictures!)), CancellationToken.None);
            await store.AddSampleAsync(_id, step, hash, CancellationToken.None);
        }
        finally
        {
            if (preview is not null) await share.RunAsync(_ => preview.Dispose());
        }
        job.Advance((int)step);
    }
}
