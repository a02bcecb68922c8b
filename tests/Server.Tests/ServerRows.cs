using Microsoft.EntityFrameworkCore;
using Playground.Core.Tests;
using Playground.Server.Storage;
using Playground.Server.Storage.Postgres;
using Playground.Server.Storage.Sqlite;

namespace Playground.Server.Tests;

/// <summary>The rows of a server, changed behind its back.</summary>
internal static class ServerRows
{
    /// <param name="server">Whose.</param>
    /// <param name="change">What to do.</param>
    public static Task ChangeRowsAsync(this ServerProcess server, Func<PlaygroundDb, CancellationToken, Task> change)
        => ChangeAsync(server.Data, server.Connection, change);

    /// <inheritdoc cref="ChangeRowsAsync(ServerProcess, Func{PlaygroundDb, CancellationToken, Task})"/>
    public static Task ChangeRowsAsync(this TrainingServer server, Func<PlaygroundDb, CancellationToken, Task> change)
        => ChangeAsync(server.Data, server.Connection, change);

    private static async Task ChangeAsync(string data, string? connection, Func<PlaygroundDb, CancellationToken, Task> change)
    {
        await using PlaygroundDb db = connection is not null
            ? new PostgresDb(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(connection).Options)
            : new SqliteDb(new DbContextOptionsBuilder<SqliteDb>().UseSqlite(
                $"Data Source={Path.Combine(data, "playground.db")};Pooling=False").Options);
        await change(db, TestContext.Current.CancellationToken);
    }
}
