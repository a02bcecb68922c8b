using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Playground.Server.Storage.Postgres;

/// <summary>The PostgreSQL server that <c>ConnectionStrings:Playground</c> names.</summary>
internal sealed class PostgresServer : IDatabasePlace, IDisposable
{
    private const int SecondsToConnect = 5;

    // PostgreSQL gives 100 connections to all, unless told; more than these wait in the pool.
    private const int MostConnections = 40;
    private readonly DataFolder _folder;
    private readonly NpgsqlConnectionStringBuilder _connection;
    private readonly NpgsqlDataSource _source;
    private readonly Lock _clearing = new();

    /// <exception cref="StorageUnavailableException">The connection string cannot be read.</exception>
    public PostgresServer(string connection, DataFolder folder)
    {
        _folder = folder;
        try
        {
            _connection = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Its words may hold a part of the password.
            throw new StorageUnavailableException(StorageProblem.Denied, "ConnectionStrings:Playground cannot be read. Write it as "
                + "'Host=127.0.0.1;Database=playground;Username=playground;Password=…', with quotes round values that hold ; or =.");
        }
        // A server that does not answer shall be told nearly as soon as one that refuses. What the connection string says holds.
        if (!_connection.ShouldSerialize("Timeout")) _connection.Timeout = SecondsToConnect;
        if (!_connection.ShouldSerialize("Maximum Pool Size")) _connection.MaxPoolSize = MostConnections;
        _connection.ApplicationName ??= "Playground";
        _source = NpgsqlDataSource.Create(_connection);
    }

    public string Name => $"PostgreSQL at {_connection.Host}:{_connection.Port}, database {_connection.Database}";

    public int Writers => int.MaxValue;

    public void Configure(DbContextOptionsBuilder options) => options.UseNpgsql(_source);

    public Task PrepareAsync(PlaygroundDb db, CancellationToken ct)
    {
        _folder.Claim();
        return Task.CompletedTask;
    }

    // Its lock ends with its connection.
    public Task BeforeMigrationsAsync(PlaygroundDb db, CancellationToken ct) => Task.CompletedTask;

    // While one clears the pool, a second call returns before it is clear: whoever asks shall find none of the old ones.
    public void Forget()
    {
        lock (_clearing) _source.Clear();
    }

    public void Dispose() => _source.Dispose();

    public string AdviceOn(StorageProblem problem) => problem switch
    {
        StorageProblem.Away => "Start PostgreSQL, or correct ConnectionStrings:Playground.",
        StorageProblem.Busy =>
            "Look at its locks and at max_connections; Maximum Pool Size in ConnectionStrings:Playground limits the server's own.",
        StorageProblem.Full => "Make room on the disk of PostgreSQL, or of the data folder.",
        StorageProblem.ReadOnly =>
            "Let ConnectionStrings:Playground name a server that takes writes, and make the data folder writable for the account that runs "
            + "the server.",
        StorageProblem.Taken => "Stop the other server, or set Playground:Data to another folder.",
        StorageProblem.Denied => "Correct the account, the password and the database in ConnectionStrings:Playground.",
        StorageProblem.Damaged => "Restore the database from a backup.",
        _ => "Start the version that it belongs to, or name an empty database.",
    };
}
