using Playground.Client.Contracts;

namespace Playground.Server.Storage;

/// <summary>
/// Work that nobody waits for — jobs, imports — outlasts storage that is away: within the scope of a patience, what is asked of the
/// database is asked again until it is there. It flows with the work, like a trace's activity, since a job reaches the database by many
/// ways.
/// What is written within a scope must bear to be written twice: an answer may have been lost after the database had done it.
/// </summary>
internal sealed class StoragePatience : IDisposable
{
    private static readonly AsyncLocal<StoragePatience?> s_current = new();
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5), s_first = TimeSpan.FromMilliseconds(250);
    private readonly StoragePatience? _outer = s_current.Value;
    private readonly CancellationToken _until;
    private readonly Action<Remark?>? _onWait;

    private StoragePatience(CancellationToken until, Action<Remark?>? onWait) => (_until, _onWait) = (until, onWait);

    /// <summary>The scope that the caller is in; null outside of any: then failures are thrown at once.</summary>
    public static StoragePatience? Current => s_current.Value;

    /// <summary>Begins a scope that lasts until it is disposed.</summary>
    /// <param name="until">Ends the patience: what waits fails. The server stops, or the work is no longer wanted.</param>
    /// <param name="onWait">Told why the work waits, and null when it goes on.</param>
    public static StoragePatience Begin(CancellationToken until, Action<Remark?>? onWait = null)
        => s_current.Value = new StoragePatience(until, onWait);

    /// <summary>Lets some time pass, longer with every attempt.</summary>
    /// <param name="failure">What to wait for the end of.</param>
    /// <param name="attempt">Attempts so far, from 0 on.</param>
    /// <param name="clock">Times the pause.</param>
    /// <param name="ct">Breaks the question off.</param>
    /// <returns>False when there is no patience left, or the failure does not pass.</returns>
    public async Task<bool> WaitAsync(StorageUnavailableException failure, int attempt, TimeProvider clock, CancellationToken ct)
    {
        if (_until.IsCancellationRequested || !failure.CanPass) return false;
        if (attempt == 0) _onWait?.Invoke(failure.Problem == StorageProblem.Full
            ? Remark.Of(JobActivity.WaitingForDisk, $"waiting for disk space")
            : Remark.Of(JobActivity.WaitingForDatabase, $"waiting for the database"));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _until);
        var pause = s_first * Math.Pow(2, Math.Min(attempt, 10));
        try
        {
            await Task.Delay(pause < s_longest ? pause : s_longest, clock, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The wait is over.</summary>
    public void GoOn() => _onWait?.Invoke(null);

    public void Dispose() => s_current.Value = _outer;
}
