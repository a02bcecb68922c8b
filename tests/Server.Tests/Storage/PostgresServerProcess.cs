using Playground.Core.Tests;

namespace Playground.Server.Tests.Storage;

/// <summary>The real server over a PostgreSQL database of its own.</summary>
public sealed class PostgresServerProcess(PostgresCluster cluster) : ServerProcess
{
    public override async ValueTask InitializeAsync()
    {
        // Its tests are skipped then, each by name.
        if (!PostgresCluster.IsInstalled) return;
        Connection = await cluster.CreateDatabaseAsync();
        await base.InitializeAsync();
    }
}
