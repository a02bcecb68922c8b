using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Playground.Server.Storage.Sqlite;

/// <summary>The file <c>playground.db</c> in the data folder, with its write-ahead log beside it.</summary>
internal sealed class SqliteFile(DataFolder folder) : IDatabasePlace
{
    // A thread waits for as long; the others that want to write wait for it without one.
    private const int SecondsToWaitForLock = 5;

    public string Path { get; } = System.IO.Path.Combine(folder.Path, "playground.db");

    public string Name => Path;

    /// <summary>SQLite has one writer at a time, and lets a second one poll: in line they are served at once and in their order.</summary>
    public int Writers => 1;

    public void Configure(DbContextOptionsBuilder options)
        => options.UseSqlite(new SqliteConnectionStringBuilder
        { DataSource = Path, ForeignKeys = true, DefaultTimeout = SecondsToWaitForLock }.ToString());

    public async Task PrepareAsync(PlaygroundDb db, CancellationToken ct)
    {
        folder.Claim();
        try
        {
            DataFolder.MakePrivate(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailures.OfDataFolder(e);
        }
        // Entity Framework does it for files that it makes itself, which anybody could read. The mode stays with the file.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct);
    }

    /// <summary>
    /// Entity Framework's lock against two migrations at once is a row, which outlasts a server that was killed, and the next one would
    /// wait for it forever. Whoever has the data folder's lock is alone, so a row that is there is left over.
    /// </summary>
    public async Task BeforeMigrationsAsync(PlaygroundDb db, CancellationToken ct)
        => await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);

    public void Forget()
    {
    }

    public string AdviceOn(StorageProblem problem) => problem switch
    {
        StorageProblem.Busy => "End the program that holds its lock, such as a backup or the sqlite3 shell.",
        StorageProblem.Full => "Make room on its disk.",
        StorageProblem.ReadOnly =>
            "Make the folder and its files writable for the account that runs the server, or set Playground:Data to another folder.",
        StorageProblem.Taken => "Stop the other server, or set Playground:Data to another folder.",
        StorageProblem.Damaged => "Restore the file from a backup.",
        StorageProblem.Mismatched => "Start the version that it belongs to, or move the file away to begin with an empty one.",
        _ => "Look at the file and its folder.",
    };
}
