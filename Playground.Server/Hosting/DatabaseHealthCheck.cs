using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Hosting;

/// <summary>Healthy where the database answers. What it throws otherwise is the reason in the log.</summary>
internal sealed class DatabaseHealthCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.ReadAsync(db => db.Set<JobRow>().AnyAsync(cancellationToken), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
