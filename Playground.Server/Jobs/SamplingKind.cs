using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Core.Sampling;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Samplings: the engine takes all of them at once, and what comes of each is kept as PNG files.</summary>
internal sealed class SamplingKind(JobStore store, BlobStore blobs, SamplingEngine engine) : IJobKind
{
    private static readonly TimeSpan s_framePause = TimeSpan.FromMilliseconds(33);

    public string Kind => JobKind.Sample;

    public int Parallel => int.MaxValue;

    public bool Resumes => false;

    public async Task<JobOutcome> RunAsync(LiveJob job, Action start, CancellationToken ct)
    {
        var request = job.View.RequestAs<SampleRequest>();
        var result = await engine.SampleAsync(request.Model, SamplingJobs.ToCore(request), start, FramesFor(job), ct);
        await KeepAsync(job.View.Id, request, result);
        return JobOutcome.Succeeded;
    }

    private static Action<int, Func<SamplingFrame>> FramesFor(LiveJob job)
    {
        var since = Stopwatch.StartNew();
        return (step, frame) =>
        {
            var last = step == job.View.Steps;
            var wanted = last || (job.IsWatched && (step == 1 || since.Elapsed >= s_framePause));
            if (wanted) since.Restart();
            job.Advance(step, wanted ? Lazily(frame()) : null);
        };
    }

    // A frame is encoded once, by the first watcher that wants it, never on the device's thread.
    private static Lazy<FrameView> Lazily(SamplingFrame frame)
        => new(() => new FrameView(frame.Step, (int)MathF.Round(frame.Timestep), PngFile.Encode(PictureGrid.Of(frame.Xt)), PngFile.Encode(PictureGrid.Of(frame.X0))));

    private async Task KeepAsync(string job, SampleRequest request, SamplingResult result)
    {
        var title = SamplingJobs.ToCore(request).SamplerTitle;
        for (var i = 0; i < result.Pictures.Count; i++)
        {
            var recipe = Recipe.Of(request, title, result.Model, request.Seed + i, result.Classes.Length > 0 ? result.Classes[i] : null);
            await SaveAsync($"{i}", result.Pictures[i], recipe);
        }
        await SaveAsync("grid", PictureGrid.Of(result.Pictures), Recipe.Of(request, title, result.Model, request.Seed, null));

        async Task SaveAsync(string name, PictureBatch picture, IReadOnlyDictionary<string, string> recipe)
            => await store.AddPictureAsync(job, name, await blobs.SaveAsync(PngFile.Encode(picture, recipe), CancellationToken.None), CancellationToken.None);
    }
}

/// <summary>How a job's pictures are laid out, live and in the finished file alike.</summary>
internal static class PictureGrid
{
    public static PictureBatch Of(PictureBatch pictures) => PictureBatch.Grid(pictures, (int)Math.Ceiling(Math.Sqrt(pictures.Count)));
}
