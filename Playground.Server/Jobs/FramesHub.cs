using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Jobs;

/// <summary>Streams a job's states and frames to whoever owns it.</summary>
[Authorize(Policies.View)]
internal sealed class FramesHub(IJobs jobs) : Hub
{
    /// <summary>
    /// The job as it is, then every change, ending with the final state. A slow reader gets the newest frame, not all of them.
    /// </summary>
    /// <param name="jobId">A job's id.</param>
    /// <param name="afterSequence">0, or the sequence of the last event seen.</param>
    /// <param name="ct">Ends the stream.</param>
    public async IAsyncEnumerable<WatchEvent> Watch(string? jobId, long afterSequence, [EnumeratorCancellation] CancellationToken ct)
    {
        if (jobId is not { Length: 32 } || !jobId.All(char.IsAsciiHexDigitLower))
            throw new HubException("jobId must be the 32 hexadecimal digits of a job's id.");
        if (afterSequence < 0)
            throw new HubException($"afterSequence is {afterSequence}; it must be 0, or the sequence of the last event seen.");
        var isThere = false;
        await using var events = Begin(jobId, afterSequence, ct);
        while (await NextAsync(events))
        {
            isThere = true;
            yield return events.Current;
        }
        if (!isThere) throw new HubException($"There is no job '{jobId}'.");
    }

    // A connection that polls is in nobody's request.
    private IAsyncEnumerator<WatchEvent> Begin(string jobId, long afterSequence, CancellationToken ct)
    {
        using var caller = Caller.Enter(Context.User!);
        return jobs.WatchAsync(jobId, afterSequence, ct).GetAsyncEnumerator(ct);
    }

    // Within a stream no filter of the hub sees what is thrown.
    private static async Task<bool> NextAsync(IAsyncEnumerator<WatchEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is UnavailableException or RequestException)
        {
            throw new HubException(e.Message, e);
        }
    }
}
