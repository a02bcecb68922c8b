using Microsoft.Extensions.Options;
using Playground.Server.Sampling.History;
using Playground.Server.Storage;

namespace Playground.Server.Sampling.Frames;

/// <summary>Keeps an owner's frames within what they may take: those of the oldest runs that are not pinned go first.</summary>
internal sealed class FrameBudget(FrameFolder folder, RunPins pins, IOptions<FrameOptions> options, ILogger<FrameBudget> log)
{
    /// <param name="owner">Whose.</param>
    /// <param name="isLive">Whether a job is under way, so that its frames stay for now.</param>
    public async Task KeepAsync(string owner, Func<string, bool> isLive)
    {
        var files = folder.List(owner);
        var over = files.Sum(f => f.Bytes) - options.Value.BytesPerOwner;
        if (over <= 0) return;
        IReadOnlySet<string> pinned;
        try
        {
            pinned = await pins.ListAsync(owner, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // Nobody can say which are pinned; the next run's end looks again.
            return;
        }
        foreach (var file in files.Where(f => !pinned.Contains(f.Job) && !isLive(f.Job)))
        {
            if (over <= 0) return;
            folder.Delete(owner, file.Job);
            over -= file.Bytes;
        }
        if (over > 0) log.LogInformation("Pinned runs keep {Bytes} bytes of frames more than the budget", over);
    }
}
