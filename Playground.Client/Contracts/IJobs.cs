namespace Playground.Client.Contracts;

/// <summary>The caller's own jobs, whatever their kind.</summary>
public interface IJobs
{
    /// <summary>The newest first, at most 200; those of one <see cref="JobKind"/>, or of all.</summary>
    Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct);

    /// <summary>Those that wait, run or are paused, the oldest first.</summary>
    Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct);

    /// <summary>Null when there is none of that id.</summary>
    Task<JobView?> FindAsync(string id, CancellationToken ct);

    /// <summary>False when it had ended already; null when there is none of that id.</summary>
    Task<bool?> CancelAsync(string id, CancellationToken ct);
}
