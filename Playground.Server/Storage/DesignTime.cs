using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Playground.Server.Storage.Postgres;
using Playground.Server.Storage.Sqlite;

namespace Playground.Server.Storage;

/// <summary>The contexts as <c>dotnet ef</c> makes them: configured as the server's are, and connected to nothing.</summary>
internal abstract class DesignTime<TContext>(string? connection) : IDesignTimeDbContextFactory<TContext> where TContext : PlaygroundDb
{
    public TContext CreateDbContext(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new($"ConnectionStrings:{StorageServices.Connection}", connection)]).Build();
        return new ServiceCollection().AddLogging().AddOptions().AddStorage(configuration).BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();
    }
}

internal sealed class SqliteDesignTime() : DesignTime<SqliteDb>(null);

internal sealed class PostgresDesignTime() : DesignTime<PostgresDb>("Host=127.0.0.1");
