using Playground.Client.Contracts;
using Playground.Server.Jobs;

namespace Playground.Server.Tests.Jobs;

/// <summary>Whoever listens hears of every job of theirs, and of its newest state, however slowly they listen.</summary>
public sealed class JobFeedTests
{
    private readonly JobBoard _board = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_gets_what_is_there_then_what_changes_and_nothing_of_others()
    {
        var there = _board.Show(Row("a", "me", JobStatus.Paused));
        _board.Show(Row("b", "stranger", JobStatus.Paused));
        await using var heard = _board.Feed.ListenAsync("me", () => _board.ListLive("me"), Ct).GetAsyncEnumerator(Ct);
        Assert.True(await heard.MoveNextAsync());
        Assert.Equal(("a", JobStatus.Paused), (heard.Current.Id, heard.Current.Status));

        // A thousand steps while nobody reads are one state.
        there.Start();
        for (var step = 1; step <= 1000; step++) there.Advance(step);
        _board.Show(Row("c", "stranger", JobStatus.Paused));
        Assert.True(await heard.MoveNextAsync());
        Assert.Equal(("a", JobStatus.Running, 1000), (heard.Current.Id, heard.Current.Status, heard.Current.Step));

        var next = heard.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        _board.Show(Row("d", "me", JobStatus.Paused));
        Assert.True(await next);
        Assert.Equal("d", heard.Current.Id);
    }

    [Fact]
    public async Task The_last_state_is_never_older_than_one_that_was_told_before()
    {
        var job = _board.Show(Row("a", "me", JobStatus.Paused));
        var sequence = 0L;
        var telling = Task.Run(() =>
        {
            Parallel.For(1, 5000, step => job.Advance(step));
            job.End(JobStatus.Succeeded);
        }, Ct);
        await foreach (var heard in _board.Feed.ListenAsync("me", () => _board.ListLive("me"), Ct))
        {
            Assert.True(heard.Sequence >= sequence, $"{heard.Sequence} after {sequence}");
            sequence = heard.Sequence;
            if (JobStatus.IsFinal(heard.Status)) break;
        }
        await telling;
    }

    private static JobRow Row(string id, string owner, string status) => new()
    {
        Id = id,
        Owner = owner,
        Kind = JobKind.Sample,
        Status = status,
        Request = "{}",
        Sequence = 1,
        Steps = 1000,
        Created = DateTimeOffset.UtcNow,
    };
}
