namespace Playground.Client.Contracts;

/// <summary>The caller's own jobs, whatever their kind.</summary>
[Needs(Permission.View)]
public interface IJobs
{
    /// <summary>The newest first, at most 200; those of one <see cref="JobKind"/>, or of all.</summary>
    Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct);

    /// <summary>Those that wait, run or are paused, the oldest first.</summary>
    Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct);

    /// <summary>Null when there is none of that id.</summary>
    Task<JobView?> FindAsync(string id, CancellationToken ct);

    /// <summary>What has happened to the job, oldest first; null when there is none of that id.</summary>
    Task<IReadOnlyList<JobEvent>?> GetHistoryAsync(string id, CancellationToken ct);

    /// <summary>
    /// The job as it is, then every change, ending with the final state. A slow reader gets the newest state and frame, not all of them.
    /// Nothing where there is no such job.
    /// </summary>
    /// <param name="id">A job's id.</param>
    /// <param name="afterSequence">0, or the sequence of the last event seen.</param>
    /// <param name="ct">Ends the watch.</param>
    IAsyncEnumerable<WatchEvent> WatchAsync(string id, long afterSequence, CancellationToken ct);

    /// <summary>
    /// The caller's jobs that have not ended, then every job that changes, as it is then, new ones too. Of a job that changes faster than
    /// the reader reads, the newest state.
    /// </summary>
    IAsyncEnumerable<JobView> WatchAllAsync(CancellationToken ct);

    /// <summary>False when it had ended already; null when there is none of that id.</summary>
    [Needs(Permission.Create)]
    Task<bool?> CancelAsync(string id, CancellationToken ct);

    /// <summary>
    /// Puts a job that failed, was canceled or is paused into the line again, with nothing changed but its attempts, which are counted from
    /// 0. It goes on from where it can.
    /// </summary>
    /// <returns>Null when there is none of that id.</returns>
    /// <exception cref="RequestException">It is not in such a state, or what it needs has been removed.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> RetryAsync(string id, CancellationToken ct);

    /// <summary>Deletes a job that has ended, with all that it keeps on disk: images, reports, checkpoints.</summary>
    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="RequestException">It has not ended, or other jobs need what it made.</exception>
    [Needs(Permission.Create, Audit = "job.deleted")]
    Task<bool> DeleteAsync(string id, CancellationToken ct);
}
