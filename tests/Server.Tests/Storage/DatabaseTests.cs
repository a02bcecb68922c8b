using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Server.Jobs;
using Playground.Server.Storage;
using Playground.Server.Storage.Postgres;
using Playground.Server.Storage.Sqlite;

namespace Playground.Server.Tests.Storage;

public sealed class SqliteDatabaseTests(SqliteDatabase database) : DatabaseTests<SqliteDatabase>(database);

public sealed class PostgresDatabaseTests(PostgresDatabase database) : DatabaseTests<PostgresDatabase>(database);

/// <summary>The model, its migrations, and how values come back, on every kind of database.</summary>
public abstract class DatabaseTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase
{
    private readonly TDatabase _database;

    protected DatabaseTests(TDatabase database)
    {
        database.Require();
        _database = database;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Database Database => _database.Database;

    [Fact]
    public async Task The_model_has_no_change_without_a_migration()
    {
        await using var db = await _database.Services.GetRequiredService<IDbContextFactory<PlaygroundDb>>().CreateDbContextAsync(Ct);
        Assert.False(db.Database.HasPendingModelChanges(),
            $"dotnet ef migrations add NAME --context {db.GetType().Name} describes what to do; see CONTRIBUTING.md.");
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Ct));
    }

    [Fact]
    public async Task Times_of_any_offset_compare_and_come_back_in_UTC()
    {
        var owner = NewId();
        var noon = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] times = [noon.ToOffset(TimeSpan.FromHours(9)), noon.AddMilliseconds(1).ToOffset(TimeSpan.FromHours(-8)),
            noon.AddMilliseconds(-1)];
        foreach (var time in times) await InsertAsync(Job(owner, created: time));

        var after = await Database.ReadAsync(
            db => db.Set<JobRow>().Where(j => j.Owner == owner && j.Created > noon.AddMilliseconds(-1).ToOffset(TimeSpan.FromHours(1)))
                .OrderBy(j => j.Created).Select(j => j.Created).ToListAsync(Ct), Ct);
        Assert.Equal([noon, noon.AddMilliseconds(1)], after);
        Assert.All(after, t => Assert.Equal(TimeSpan.Zero, t.Offset));
    }

    [Fact]
    public async Task Text_that_no_database_takes_is_mended_where_it_is_stored_and_where_it_is_searched()
    {
        foreach (var (text, expected) in new[] { ("a\0b", "a\uFFFDb"), ("half \uD83D", "half \uFFFD"),
            ("\uDE00 other half", "\uFFFD other half"), ("whole 😀", "whole 😀") })
        {
            var owner = NewId() + text;
            await InsertAsync(Job(owner, error: text));
            Assert.Equal([expected], await Database.ReadAsync(db => db.Set<JobRow>()
                .Where(j => j.Owner == owner && new[] { text, "other" }.Contains(j.Error)).Select(j => j.Error).ToListAsync(Ct), Ct));
        }
    }

    [Fact]
    public async Task What_a_transaction_has_done_is_undone_where_it_fails()
    {
        var owner = NewId();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.TransactAsync<int>(async db =>
        {
            db.Add(Job(owner));
            await db.SaveChangesAsync(Ct);
            throw new InvalidOperationException();
        }, Ct));
        Assert.Equal(0, await CountAsync(owner));
    }

    [Fact]
    public async Task A_second_row_of_one_key_and_a_row_without_what_it_refers_to_are_told_apart()
    {
        var job = Job(NewId());
        await InsertAsync(job);
        var twice = await Assert.ThrowsAsync<DbUpdateException>(() => InsertAsync(job));
        Assert.Equal((true, false), (StorageFailures.IsDuplicate(twice), StorageFailures.IsOrphan(twice)));
        var orphan = await Assert.ThrowsAsync<DbUpdateException>(() => Database.WriteAsync(db =>
        {
            db.Add(new JobPictureRow { JobId = "none", Name = "0", Hash = "x" });
            return db.SaveChangesAsync(Ct);
        }, Ct));
        Assert.Equal((false, true), (StorageFailures.IsDuplicate(orphan), StorageFailures.IsOrphan(orphan)));
        Assert.Null(StorageFailures.Of(twice));
        Assert.Null(StorageFailures.Of(orphan));
    }

    [Fact]
    public async Task A_question_that_is_canceled_is_not_taken_for_a_failure()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Database.ReadAsync(db => db.Set<JobRow>().ToListAsync(canceled.Token), canceled.Token));
    }

    [Fact]
    public async Task Many_writers_at_once_all_write()
    {
        var owner = NewId();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => InsertAsync(Job(owner)), Ct)));
        Assert.Equal(200, await CountAsync(owner));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        const string newer = "29990101000000_Newer";
        Assert.Equal(1, await Database.WriteAsync(db => db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ({newer}, '99.0.0')""", Ct), Ct));
        try
        {
            Assert.False(await StorageStartup.OpenAsync(_database.Services, Ct));
            Assert.Contains(_database.Log, line => line.Contains("The server cannot start.", StringComparison.Ordinal)
                && line.Contains($"used by a newer version of Playground, which changed it by '{newer}'. Start the version that it belongs "
                + "to", StringComparison.Ordinal));
        }
        finally
        {
            await Database.WriteAsync(
                db => db.Database.ExecuteSqlAsync($"""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = {newer}""", Ct), Ct);
        }
    }

    [Fact]
    public void The_contexts_that_dotnet_ef_makes_have_the_same_model()
    {
        using var sqlite = new SqliteDesignTime().CreateDbContext([]);
        using var postgres = new PostgresDesignTime().CreateDbContext([]);
        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(postgres.Database.HasPendingModelChanges());
    }

    private static JobRow Job(string owner, DateTimeOffset? created = null, string? error = null) => new()
    {
        Id = NewId(),
        Owner = owner,
        Kind = JobKind.Sample,
        Status = JobStatus.Queued,
        Request = "{}",
        Sequence = 1,
        Steps = 10,
        Error = error,
        Created = created ?? DateTimeOffset.UtcNow,
    };

    private Task<int> InsertAsync(JobRow job) => Database.WriteAsync(db =>
    {
        db.Add(job);
        return db.SaveChangesAsync(Ct);
    }, Ct);

    private static string NewId() => Guid.NewGuid().ToString("N");

    private Task<int> CountAsync(string owner) => Database.ReadAsync(db => db.Set<JobRow>().CountAsync(j => j.Owner == owner, Ct), Ct);
}
