using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Playground.Server.Storage;

namespace Playground.Server.Tests.Storage;

/// <summary>How a start takes what it finds in the data folder.</summary>
public sealed class SqliteStartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("start-").FullName;
    private readonly ConcurrentQueue<string> _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_data, "playground.db");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_server_that_was_killed_in_a_migration_does_not_hold_up_the_next()
    {
        await ExecuteAsync(
            """
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00')
            """);
        Assert.True(await StartAsync());
        Assert.Contains(_log, l => l.StartsWith("The database is of this version now: 1 migrations applied", StringComparison.Ordinal));
        _log.Clear();
        Assert.True(await StartAsync());
        Assert.Empty(_log);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_as_it_is()
    {
        await File.WriteAllTextAsync(DatabaseFile, string.Concat(Enumerable.Repeat("precious notes ", 1000)), Ct);
        Assert.False(await StartAsync());
        Assert.Equal($"The server cannot start. {DatabaseFile}: SQLite Error 26: 'file is not a database'. Restore the file from a backup.",
            Assert.Single(_log));
        Assert.StartsWith("precious notes", await File.ReadAllTextAsync(DatabaseFile, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_with_other_tables_is_left_as_it_is()
    {
        await ExecuteAsync("""CREATE TABLE jobs (id TEXT); INSERT INTO jobs VALUES ('mine'); PRAGMA user_version = 25""");
        Assert.False(await StartAsync());
        Assert.Contains(_log, l => l.Contains("The server cannot start.", StringComparison.Ordinal)
            && l.Contains("table \"Jobs\" already exists", StringComparison.Ordinal)
            && l.EndsWith("or move the file away to begin with an empty one.", StringComparison.Ordinal));
        await using var db = await OpenAsync();
        await using var command = new SqliteCommand("SELECT COUNT(*) FROM jobs WHERE id = 'mine'", db);
        Assert.Equal(1L, await command.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task The_log_keeps_what_is_written_through_a_kill()
    {
        Assert.True(await StartAsync());
        await using var db = await OpenAsync();
        await using var mode = new SqliteCommand("PRAGMA journal_mode", db);
        Assert.Equal("wal", await mode.ExecuteScalarAsync(Ct));
        // 2 is FULL: a commit is on the disk when it returns.
        await using var synchronous = new SqliteCommand("PRAGMA synchronous", db);
        Assert.Equal(2L, await synchronous.ExecuteScalarAsync(Ct));
    }

    private async Task<bool> StartAsync()
    {
        using var host = StorageHost.Build(_data, null, _log);
        return await StorageStartup.OpenAsync(host.Services, Ct);
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        await connection.OpenAsync(Ct);
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var db = await OpenAsync();
        await using var command = new SqliteCommand(sql, db);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
