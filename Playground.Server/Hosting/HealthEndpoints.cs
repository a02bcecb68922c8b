using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Playground.Server.Hosting;

/// <summary>
/// What a container or a proxy asks: <c>/health/live</c>, whether the process answers at all, and <c>/health/ready</c>, whether it can
/// do its work. Both answer 200 with <c>Healthy</c>, or 503 with <c>Unhealthy</c>; the log has the reason.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The tag of checks that decide whether the server can do its work.</summary>
    public const string Ready = "ready";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // No check: an answer is all that is asked. A database that is away is no reason to restart the process.
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) })
            .AllowAnonymous();
    }
}
