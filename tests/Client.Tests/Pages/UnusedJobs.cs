using Playground.Client.Contracts;

namespace Playground.Client.Tests.Pages;

/// <summary>Jobs for a component that needs the contract and calls none of it.</summary>
internal class UnusedJobs : IJobs
{
    public Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<JobView?> FindAsync(string id, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<JobEvent>?> GetHistoryAsync(string id, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent> WatchAsync(string id, long afterSequence, CancellationToken ct)
        => throw new NotSupportedException();

    public IAsyncEnumerable<JobView> WatchAllAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<bool?> CancelAsync(string id, CancellationToken ct) => throw new NotSupportedException();

    public Task<JobView?> RetryAsync(string id, CancellationToken ct) => throw new NotSupportedException();

    public Task<bool> DeleteAsync(string id, CancellationToken ct) => throw new NotSupportedException();
}
