using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Streams a job's states and frames to whoever owns it.</summary>
internal sealed class FramesHub(JobBoard board, IJobs jobs) : Hub
{
    /// <summary>
    /// The job as it is, then every change, ending with the final state. A slow reader gets the newest frame, not all of them.
    /// </summary>
    /// <param name="jobId">A job's id.</param>
    /// <param name="afterSequence">0, or the sequence of the last event seen.</param>
    public async IAsyncEnumerable<WatchEvent> Watch(string? jobId, long afterSequence, [EnumeratorCancellation] CancellationToken ct)
    {
        if (jobId is not { Length: 32 } || !jobId.All(char.IsAsciiHexDigitLower))
            throw new HubException("jobId must be the 32 hexadecimal digits of a job's id.");
        if (afterSequence < 0)
            throw new HubException($"afterSequence is {afterSequence}; it must be 0, or the sequence of the last event seen.");
        if (board.Find(jobId, Owners.Local) is { } live)
        {
            await foreach (var item in live.WatchAsync(afterSequence, ct)) yield return item;
            yield break;
        }
        yield return new WatchEvent(await FindAsync(jobId, ct) ?? throw new HubException($"There is no job '{jobId}'."), null);
    }

    private async Task<JobView?> FindAsync(string id, CancellationToken ct)
    {
        try
        {
            return await jobs.FindAsync(id, ct);
        }
        catch (StorageUnavailableException e)
        {
            throw new HubException(e.Message, e);
        }
    }
}
