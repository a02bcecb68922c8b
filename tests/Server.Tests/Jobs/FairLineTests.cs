using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Server.Jobs;

namespace Playground.Server.Tests.Jobs;

/// <summary>Owners take turns, whoever asked first and for how much.</summary>
public sealed class FairLineTests : IDisposable
{
    private readonly FairLine _line = new();
    private readonly JobFeed _feed = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Two_owners_get_every_other_turn_however_many_jobs_one_has_asked_for()
    {
        for (var i = 0; i < 5; i++) _line.Join(Job($"a{i}", "a"));
        for (var i = 0; i < 2; i++) _line.Join(Job($"b{i}", "b"));
        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "a3", "a4"], await TakeAllAsync());
    }

    [Fact]
    public async Task Jobs_of_one_owner_keep_their_order()
    {
        for (var i = 0; i < 20; i++) _line.Join(Job($"a{i:00}", "a"));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"a{i:00}"), await TakeAllAsync());
    }

    [Fact]
    public async Task Whoever_comes_later_has_neither_a_debt_nor_a_credit()
    {
        for (var i = 0; i < 4; i++) _line.Join(Job($"a{i}", "a"));
        for (var i = 0; i < 3; i++) await TakeAsync();
        // Of b nothing was waiting all the while: its jobs take turns from here on, and are not all served at once.
        for (var i = 0; i < 3; i++) _line.Join(Job($"b{i}", "b"));
        _line.Join(Job("a4", "a"));
        Assert.Equal(["b0", "a3", "b1", "b2", "a4"], await TakeAllAsync());
    }

    [Fact]
    public async Task Positions_are_those_in_which_jobs_are_served()
    {
        LiveJob[] jobs = [Job("a0", "a"), Job("a1", "a"), Job("a2", "a"), Job("b0", "b")];
        foreach (var job in jobs) _line.Join(job);
        Assert.Equal([1, 3, 4, 2], jobs.Select(j => j.View.Position));
        Assert.Equal((4, 3, 1), (_line.Length, _line.LengthOf("a"), _line.LengthOf("b")));
        Assert.Equal("a0", await TakeAsync());
        Assert.Equal([2, 3, 1], jobs[1..].Select(j => j.View.Position));
    }

    [Fact]
    public async Task A_job_that_leaves_before_its_turn_is_passed_over()
    {
        var gone = Job("a0", "a");
        _line.Join(gone);
        _line.Join(Job("a1", "a"));
        _line.Leave(gone);
        Assert.Equal("a1", await TakeAsync());
        var waiting = _line.TakeAsync(Ct);
        Assert.False(waiting.IsCompleted);
        _line.Join(Job("b0", "b"));
        Assert.Equal("b0", (await waiting).View.Id);
    }

    private LiveJob Job(string id, string owner)
        => new(owner, new JobView(id, JobKind.Training, JobStatus.Queued, 1, 0, 1, 0, null, null, null,
        null, JsonElement.Parse("{}"), DateTime.UnixEpoch), _feed);

    private async Task<string> TakeAsync()
    {
        var job = await _line.TakeAsync(Ct);
        _line.Leave(job);
        return job.View.Id;
    }

    private async Task<List<string>> TakeAllAsync()
    {
        var taken = new List<string>();
        while (_line.Length > 0) taken.Add(await TakeAsync());
        return taken;
    }
}
