using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>Samplings: the engine takes all of them at once, and what comes of each is kept as PNG files.</summary>
internal sealed class SamplingHandler(JobStore store, BlobStore blobs, ModelAccess models, SampleRequestMapper reader,
    PromptWarnings warnings, SamplingEngine engine)
    : IJobHandler
{
    private static readonly TimeSpan s_framePause = TimeSpan.FromMilliseconds(33);

    public string Kind => JobKind.Sample;

    public int Parallel => int.MaxValue;

    public bool Resumes => false;

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        var asked = job.View.RequestAs<SampleRequest>();
        var (request, model) = await ReadAsync(asked, job.Owner, ct);
        job.Warn(warnings.Of(asked, request, model));
        var result = await engine.SampleAsync(asked.Model, request, () => _ = start(), FramesFor(job, request), ct, job.Owner);
        await KeepAsync(job.View.Id, asked, request, result);
        // Frames of latents are small and rough; whoever watches gets the images themselves in the end.
        if (model.Text is not null) job.Advance(job.View.Steps, Finished(job.View.Steps, result.Pictures));
        return JobOutcome.Succeeded with { Result = JobWarnings.ToResult(job.View.Warnings) };
    }

    private async Task<(SamplingRequest Request, ModelSummary Model)> ReadAsync(SampleRequest asked, string owner, CancellationToken ct)
    {
        var model = await models.FindAsync(asked.Model, owner, ct)
            ?? throw new PlaygroundException($"The model '{asked.Model}' is not installed any more.");
        return (await reader.OpenAsync(asked, model, owner, ct), model);
    }

    private static Action<int, Func<SamplingFrame>> FramesFor(LiveJob job, SamplingRequest request)
    {
        var since = Stopwatch.StartNew();
        // Every timestep is visited so many times on the way to noise, and once on the way back.
        var inversion = request.Interpolate is null ? 0 : job.View.Steps / (request.InversionCalls + 1) * request.InversionCalls;
        return (step, frame) =>
        {
            var last = step == job.View.Steps;
            var wanted = last || (job.IsWatched && (step == 1 || since.Elapsed >= s_framePause));
            if (wanted) since.Restart();
            job.Advance(step, wanted ? Lazily(frame()) : null, step <= inversion ? "finding the noise of the two pictures" : null);
        };
    }

    // A frame is encoded once, by the first watcher that wants it, never on the device's thread.
    private static Lazy<FrameView> Lazily(SamplingFrame frame)
        => new(() => new FrameView(frame.Step, (int)MathF.Round(frame.Timestep), PngFile.Encode(PictureGrid.Of(frame.Xt)),
            PngFile.Encode(PictureGrid.Of(frame.X0))));

    private static Lazy<FrameView> Finished(int step, PictureBatch pictures) => new(() =>
    {
        var grid = PngFile.Encode(PictureGrid.Of(pictures));
        return new FrameView(step, 0, grid, grid);
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
