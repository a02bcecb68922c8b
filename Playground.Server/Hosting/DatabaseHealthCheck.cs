using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Playground.Server.Storage;

namespace Playground.Server.Hosting;

/// <summary>Healthy where the database answers. What it throws otherwise is the reason in the log.</summary>
internal sealed class DatabaseHealthCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var question = new CommandDefinition("SELECT count(*) FROM sqlite_master", cancellationToken: cancellationToken);
        await connection.ExecuteScalarAsync<long>(question);
        return HealthCheckResult.Healthy();
    }
}
