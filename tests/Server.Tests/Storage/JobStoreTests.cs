using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Jobs;
using Playground.Server.Trainings;

namespace Playground.Server.Tests.Storage;

public sealed class SqliteJobStoreTests(SqliteDatabase database) : JobStoreTests<SqliteDatabase>(database);

public sealed class PostgresJobStoreTests(PostgresDatabase database) : JobStoreTests<PostgresDatabase>(database);

/// <summary>Jobs, what they made, and what trainings keep, on every kind of database.</summary>
public abstract class JobStoreTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase
{
    private readonly TDatabase _database;
    private readonly string _owner = NewId();

    protected JobStoreTests(TDatabase database)
    {
        database.Require();
        _database = database;
    }

    private static readonly Remark s_cutOff = Remark.Of(JobError.CutOff, $"cut off");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private JobStore Jobs => _database.Services.GetRequiredService<JobStore>();

    private TrainingStore Trainings => _database.Services.GetRequiredService<TrainingStore>();

    [Fact]
    public async Task A_job_is_its_owners_and_comes_back_as_it_was_written()
    {
        var request = """{"model":"tiny","steps":10,"b":1.0,"a":"é\u0000"}""";
        var created = new DateTimeOffset(2026, 11, 26, 10, 11, 12, 345, TimeSpan.Zero);
        var job = await AddAsync(request: request, created: created);
        var found = await Jobs.FindAsync(job.Id, _owner, Ct);
        Assert.Equal((JobKind.Sample, JobStatus.Queued, request, 1L, 0, 10, null, created, null),
            (found!.Kind, found.Status, found.Request, found.Sequence, found.Step, found.Steps, found.Error, found.Created, found.Ended));
        Assert.Equal(DateTimeKind.Utc, found.ToView().Created.Kind);
        Assert.Null(await Jobs.FindAsync(job.Id, "stranger", Ct));
    }

    [Fact]
    public async Task The_newest_jobs_stand_first_200_of_them_and_of_one_kind_where_that_is_asked()
    {
        var start = DateTimeOffset.UtcNow;
        var ids = new List<string>();
        for (var i = 0; i < 205; i++)
            ids.Add((await AddAsync(kind: i % 5 == 0 ? JobKind.Training : JobKind.Sample, created: start.AddSeconds(i))).Id);
        ids.Reverse();
        Assert.Equal(ids.Take(200), (await Jobs.ListAsync(_owner, null, Ct)).Select(j => j.Id));
        Assert.Equal(41, (await Jobs.ListAsync(_owner, JobKind.Training, Ct)).Count);
        Assert.Empty(await Jobs.ListAsync("nobody", null, Ct));
    }

    [Fact]
    public async Task A_state_from_before_the_one_that_is_written_changes_nothing()
    {
        var job = await AddAsync();
        var view = job.ToView();
        Assert.True(await Jobs.UpdateAsync(view with { Status = JobStatus.Succeeded, Sequence = 9, Step = 10 }, Ct));
        Assert.False(await Jobs.UpdateAsync(view with { Status = JobStatus.Running, Sequence = 5, Step = 3 }, Ct));
        Assert.False(await Jobs.UpdateAsync(view with { Status = JobStatus.Failed, Sequence = 9, Step = 3 }, Ct));
        var found = await Jobs.FindAsync(job.Id, _owner, Ct);
        Assert.Equal((JobStatus.Succeeded, 9L, 10), (found!.Status, found.Sequence, found.Step));
        Assert.NotNull(found.Ended);
    }

    [Fact]
    public async Task Of_many_who_move_a_job_on_at_once_one_does()
    {
        var view = (await AddAsync()).ToView();
        var moved = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => Jobs.UpdateAsync(view.Next(JobStatus.Canceled), Ct), Ct)));
        Assert.Equal(1, moved.Count(m => m));
    }

    [Fact]
    public async Task A_job_that_is_amended_keeps_its_state_and_its_place_in_the_order()
    {
        var job = await AddAsync();
        await Jobs.UpdateAsync(job.ToView() with { Status = JobStatus.Running, Sequence = 7, Step = 4 }, Ct);
        await Jobs.AmendAsync(job.Id, JsonSerializer.SerializeToElement(new { steps = 30 }), 30, Ct);
        var found = await Jobs.FindAsync(job.Id, _owner, Ct);
        Assert.Equal(("""{"steps":30}""", 30, JobStatus.Running, 7L, 4),
            (found!.Request, found.Steps, found.Status, found.Sequence, found.Step));
    }

    [Fact]
    public async Task What_a_stopped_server_left_running_goes_back_into_the_line_or_has_failed()
    {
        var resumed = await RunningAsync(JobKind.Training);
        var failed = await RunningAsync(JobKind.Sample);
        var paused = await AddAsync(JobKind.Training, JobStatus.Paused);
        await Jobs.EndInterruptedAsync(JobKind.Training, resumes: true, 3, s_cutOff, Ct);
        await Jobs.EndInterruptedAsync(JobKind.Sample, resumes: false, 3, s_cutOff, Ct);
        Assert.Equal((JobStatus.Queued, 3L, null), await StateAsync(resumed));
        Assert.Equal((JobStatus.Failed, 3L, "cut off"), await StateAsync(failed));
        Assert.Equal([resumed.Id, paused.Id], (await Jobs.UnendedAsync(Ct)).Where(j => j.Owner == _owner).Select(j => j.Id));
        Assert.Contains(await Jobs.LiveAsync(Ct), j => j.Id == paused.Id);
        Assert.DoesNotContain(await Jobs.LiveAsync(Ct), j => j.Id == failed.Id);
    }

    [Fact]
    public async Task A_job_that_is_cut_off_three_times_in_vain_is_paused_with_its_history()
    {
        var job = await AddAsync(JobKind.Evaluation);
        for (var start = 1; start <= 3; start++)
        {
            Assert.Equal((JobStatus.Queued, start - 1), await AttemptsAsync(job));
            await CutOffAsync(job);
        }
        Assert.Equal((JobStatus.Paused, 3), await AttemptsAsync(job));
        Assert.StartsWith("The server ended 3 times", (await Jobs.FindAsync(job.Id, _owner, Ct))!.Error, StringComparison.Ordinal);
        Assert.Equal(["queued", "running", "interrupted", "running", "interrupted", "running", "interrupted", "paused"],
            (await Jobs.HistoryAsync(job.Id, Ct)).Select(e => e.What));
    }

    [Fact]
    public async Task A_job_that_gets_further_each_time_is_never_paused()
    {
        var job = await AddAsync(JobKind.Evaluation);
        for (var start = 0; start < 5; start++)
        {
            var running = await StartAsync(job);
            await Jobs.ReachAsync(running with { Sequence = running.Sequence + 1, Step = start }, Ct);
            await Jobs.EndInterruptedAsync(JobKind.Evaluation, resumes: true, 3, s_cutOff, Ct);
        }
        Assert.Equal((JobStatus.Queued, 1), await AttemptsAsync(job));
        Assert.Equal(4, (await Jobs.FindAsync(job.Id, _owner, Ct))!.Step);
    }

    [Fact]
    public async Task A_server_that_stops_in_good_order_does_not_count_as_an_attempt()
    {
        var job = await AddAsync(JobKind.Evaluation);
        await StartAsync(job);
        await Jobs.ReleaseAsync(job.Id, "another", Ct);
        Assert.Equal((JobStatus.Running, 1), await AttemptsAsync(job));
        await Jobs.ReleaseAsync(job.Id, "me", Ct);
        Assert.Equal((JobStatus.Queued, 0), await AttemptsAsync(job));
    }

    [Fact]
    public async Task One_process_at_a_time_runs_a_job()
    {
        var view = (await AddAsync()).ToView().Next(JobStatus.Running);
        var began = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Jobs.StartAsync(view, $"{i}", Ct), Ct)));
        Assert.Equal(1, began.Count(b => b));
        var holder = Array.IndexOf(began, true);
        // The same question, whose answer was lost, is answered the same.
        Assert.True(await Jobs.StartAsync(view, $"{holder}", Ct));
        Assert.Equal(1, (await Jobs.FindAsync(view.Id, _owner, Ct))!.Attempts);
    }

    [Fact]
    public async Task Only_a_job_that_has_ended_is_deleted_and_takes_all_its_rows_along()
    {
        var job = await AddAsync();
        await Jobs.AddPicturesAsync(job.Id, new Dictionary<string, string> { ["0"] = "a" + job.Id, ["grid"] = "b" }, Ct);
        Assert.Null(await Jobs.DeleteAsync(job.Id, Ct));
        await Jobs.UpdateAsync(job.ToView().Next(JobStatus.Succeeded), Ct);
        Assert.Contains((await Jobs.EndedBeforeAsync(DateTimeOffset.UtcNow.AddMinutes(1), Ct)), j => j.Id == job.Id);
        Assert.DoesNotContain((await Jobs.EndedBeforeAsync(DateTimeOffset.UtcNow.AddMinutes(-1), Ct)), j => j.Id == job.Id);
        Assert.Equal(["a" + job.Id], await Jobs.OfAsync(["a" + job.Id, "nothing"], Ct));
        Assert.Equal(["a" + job.Id, "b"], (await Jobs.DeleteAsync(job.Id, Ct))!.Order());
        Assert.Null(await Jobs.FindAsync(job.Id, _owner, Ct));
        Assert.Empty(await Jobs.HistoryAsync(job.Id, Ct));
        Assert.Empty(await Jobs.OfAsync(["a" + job.Id], Ct));
        Assert.Null(await Jobs.DeleteAsync(job.Id, Ct));
    }

    [Fact]
    public async Task What_comes_with_a_job_is_written_with_it_or_not_at_all()
    {
        var job = NewJob();
        await Assert.ThrowsAsync<RequestException>(() => Jobs.InsertAsync(job, db =>
        {
            db.Add(new TrainingMeasurement { Kind = job.Id, SecondsPerStep = 1, SecondsPerCall = 1, Parameters = 1, AllParameters = 1 });
            db.SaveChanges();
            throw RequestException.Conflict("no");
        }, Ct));
        Assert.Null(await Jobs.FindAsync(job.Id, _owner, Ct));
        Assert.Null(await Trainings.FindMeasurementAsync(job.Id, Ct));
    }

    [Fact]
    public async Task What_a_job_made_is_kept_under_its_names_and_replaced_by_what_comes_later()
    {
        var job = await AddAsync();
        await Jobs.AddPicturesAsync(job.Id, new Dictionary<string, string> { ["0"] = "a", ["grid"] = "b" }, Ct);
        await Jobs.AddPicturesAsync(job.Id, new Dictionary<string, string> { ["grid"] = "c", ["1"] = "d" }, Ct);
        foreach (var (name, hash) in new[] { ("0", "a"), ("1", "d"), ("grid", "c"),
            ("2", null) }) Assert.Equal(hash, await Jobs.FindPictureAsync(job.Id, _owner, name, Ct));
        Assert.Null(await Jobs.FindPictureAsync(job.Id, "stranger", "0", Ct));
    }

    [Fact]
    public async Task Samples_of_a_training_stand_by_their_steps_and_those_after_its_checkpoint_go()
    {
        var job = await AddAsync(JobKind.Training);
        foreach (var (step, hash) in new[] { (30, "c"), (10, "a"), (20, "b"), (20, "again") }) await Trainings.AddSampleAsync(job.Id, step,
            hash, Ct);
        Assert.Equal([10, 20, 30], await Trainings.SampleStepsAsync(job.Id, Ct));
        Assert.Equal("again", await Trainings.FindSampleAsync(job.Id, _owner, 20, Ct));
        Assert.Null(await Trainings.FindSampleAsync(job.Id, "stranger", 20, Ct));
        await Trainings.RemoveSamplesAfterAsync(job.Id, 10, Ct);
        Assert.Equal([10], await Trainings.SampleStepsAsync(job.Id, Ct));
    }

    [Fact]
    public async Task A_measurement_that_two_took_at_once_is_kept_once()
    {
        var kind = NewId();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => Trainings.AddMeasurementAsync(
            new TrainingMeasurement
            {
                Kind = kind,
                SecondsPerStep = i,
                SecondsPerCall = 0.1,
                PeakBytes = null,
                Parameters = 3,
                AllParameters = 4,
                Note = "n"
            }, Ct), Ct)));
        var found = await Trainings.FindMeasurementAsync(kind, Ct);
        Assert.Equal((0.1, null, 3L, 4L, "n"), (found!.SecondsPerCall, found.PeakBytes, found.Parameters, found.AllParameters, found.Note));
        Assert.Null(await Trainings.FindMeasurementAsync(NewId(), Ct));
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private async Task<JobView> StartAsync(JobRow job)
    {
        var view = (await Jobs.FindAsync(job.Id, _owner, Ct))!.ToView().Next(JobStatus.Running);
        Assert.True(await Jobs.StartAsync(view, "me", Ct));
        return view;
    }

    private async Task CutOffAsync(JobRow job)
    {
        await StartAsync(job);
        await Jobs.EndInterruptedAsync(job.Kind, resumes: true, 3, s_cutOff, Ct);
    }

    private async Task<(string, int)> AttemptsAsync(JobRow job)
    {
        var found = await Jobs.FindAsync(job.Id, _owner, Ct);
        return (found!.Status, found.Attempts);
    }

    private JobRow NewJob() => new()
    {
        Id = NewId(),
        Owner = _owner,
        Kind = JobKind.Sample,
        Status = JobStatus.Queued,
        Request = "{}",
        Sequence = 1,
        Steps = 10,
        Created = DateTimeOffset.UtcNow,
    };

    private async Task<JobRow> AddAsync(string kind = JobKind.Sample, string status = JobStatus.Queued, string request = "{}",
        DateTimeOffset? created = null)
    {
        var job = new JobRow
        {
            Id = NewId(),
            Owner = _owner,
            Kind = kind,
            Status = status,
            Request = request,
            Sequence = 1,
            Steps = 10,
            Created = created ?? DateTimeOffset.UtcNow
        };
        await Jobs.InsertAsync(job, null, Ct);
        return job;
    }

    private async Task<JobRow> RunningAsync(string kind)
    {
        var job = await AddAsync(kind);
        Assert.True(await Jobs.UpdateAsync(job.ToView() with { Status = JobStatus.Running, Sequence = 2 }, Ct));
        return job;
    }

    private async Task<(string, long, string?)> StateAsync(JobRow job)
    {
        var found = await Jobs.FindAsync(job.Id, _owner, Ct);
        return (found!.Status, found.Sequence, found.Error);
    }
}
