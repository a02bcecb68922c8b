using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling.Frames;
using Playground.Server.Sampling.History;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>
/// Samplings: the engine takes all of them at once, what comes of each is kept as PNG files, and so are the frames on the way.
/// </summary>
internal sealed class SamplingHandler(JobStore store, BlobStore blobs, ModelAccess models, SampleRequestMapper reader,
    PromptWarnings warnings, SamplingEngine engine, FrameRecorder recorder, FrameFolder folder, RunPins pins) : IJobHandler
{
    // Ids in one question to the database.
    private const int MostAsked = 500;

    private static readonly TimeSpan s_framePause = TimeSpan.FromMilliseconds(33);

    public string Kind => JobKind.Sample;

    public int Parallel => int.MaxValue;

    public bool Resumes => false;

    public async Task PrepareAsync(CancellationToken ct)
    {
        folder.RemoveParts();
        foreach (var kept in folder.ListAll().Chunk(MostAsked))
        {
            var there = await store.ExistingAsync([.. kept.Select(f => f.Job)], ct);
            foreach (var (_, path) in kept.Where(f => !there.Contains(f.Job))) File.Delete(path);
        }
    }

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        var asked = job.View.RequestAs<SampleRequest>();
        var (request, model) = await ReadAsync(asked, job.Owner, ct);
        job.Warn(warnings.Of(asked, request, model));
        // Disposed last: until then, what is left of the frames is written.
        await using var recording = recorder.Begin(job.Owner, job.View.Id, job.View.Steps);
        // The last frame of latents is replaced by the images themselves.
        var most = model.Text is null ? job.View.Steps : job.View.Steps - 1;
        var result = await engine.SampleAsync(asked.Model, request, () => _ = start(), FramesFor(job, request, recording, most), ct,
            job.Owner);
        await KeepAsync(job.View.Id, asked, request, result);
        // Frames of latents are small and rough; whoever watches gets the images themselves in the end.
        if (model.Text is not null)
        {
            var finished = Finished(job.View.Steps, result.Pictures);
            recording?.Offer(new SamplingFrame(job.View.Steps, job.View.Steps, 0, result.Pictures, result.Pictures) { Sigma = 0 },
                finished);
            job.Advance(job.View.Steps, finished);
        }
        return JobOutcome.Succeeded with { Result = JobWarnings.ToResult(job.View.Warnings) };
    }

    public async Task<IReadOnlyCollection<string>> DeleteAsync(JobRow job, CancellationToken ct)
    {
        if (await pins.IsPinnedAsync(job.Id, ct)) throw RequestException.Conflict("The run is pinned; unpin it first, then delete it.");
        folder.Delete(job.Owner, job.Id);
        return [];
    }

    private async Task<(SamplingRequest Request, ModelSummary Model)> ReadAsync(SampleRequest asked, string owner, CancellationToken ct)
    {
        var model = await models.FindAsync(asked.Model, owner, ct)
            ?? throw PlaygroundException.Of(JobError.ModelGone, $"The model '{asked.Model}' is not installed any more.");
        return (await reader.OpenAsync(asked, model, owner, ct), model);
    }

    private static Action<int, Func<SamplingFrame>> FramesFor(LiveJob job, SamplingRequest request, FrameRecording? recording,
        int most)
    {
        var since = Stopwatch.StartNew();
        // Every timestep is visited so many times on the way to noise, and once on the way back.
        var inversion = request.Interpolate is null ? 0 : job.View.Steps / (request.InversionCalls + 1) * request.InversionCalls;
        return (step, frame) =>
        {
            var last = step == job.View.Steps;
            var shown = last || (job.IsWatched && (step == 1 || since.Elapsed >= s_framePause));
            var kept = step <= most && recording?.Wants(step) == true;
            if (shown) since.Restart();
            var made = shown || kept ? frame() : null;
            var encoded = made is null ? null : new EncodedFrame(() => ViewOf(made));
            if (kept) recording!.Offer(made!, encoded!);
            job.Advance(step, shown ? encoded : null, step > inversion ? null
                : Remark.Of(JobActivity.FindingNoise, $"finding the noise of the two images"));
        };
    }

    private static FrameView ViewOf(SamplingFrame frame)
        => new(frame.Step, (int)MathF.Round(frame.Timestep), PngFile.Encode(PictureGrid.Of(frame.Xt)),
            PngFile.Encode(PictureGrid.Of(frame.X0)))
        { Sigma = frame.Sigma, Count = frame.Xt.Count };

    private static EncodedFrame Finished(int step, PictureBatch pictures) => new(() =>
    {
        var grid = PngFile.Encode(PictureGrid.Of(pictures));
        return new FrameView(step, 0, grid, grid) { Sigma = 0, Count = pictures.Count };
    });

    private async Task KeepAsync(string job, SampleRequest asked, SamplingRequest request, SamplingResult result)
    {
        var made = new Dictionary<string, string>();
        using var hold = await blobs.HoldAsync(CancellationToken.None);
        for (var i = 0; i < result.Pictures.Count; i++)
            await SaveAsync($"{i}", result.Pictures[i], Recipe.Of(asked, request, result.Model, i));
        await SaveAsync("grid", PictureGrid.Of(result.Pictures), Recipe.Of(asked, request, result.Model, null));
        await store.AddPicturesAsync(job, made, CancellationToken.None);

        async Task SaveAsync(string name, PictureBatch picture, IReadOnlyDictionary<string, string> recipe)
            => made[name] = await blobs.SaveAsync(PngFile.Encode(picture, recipe), CancellationToken.None);
    }
}

/// <summary>How a job's pictures are laid out, live and in the finished file alike.</summary>
internal static class PictureGrid
{
    public static PictureBatch Of(PictureBatch pictures) => PictureBatch.Grid(pictures, (int)Math.Ceiling(Math.Sqrt(pictures.Count)));
}
