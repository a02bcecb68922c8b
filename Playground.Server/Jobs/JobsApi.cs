using Microsoft.AspNetCore.Http.HttpResults;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

internal static class JobsApi
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/jobs").WithTags("jobs").DisableAntiforgery();
        group.MapGet("/", (string? kind, IJobs jobs, CancellationToken ct) => jobs.ListAsync(kind, ct));
        group.MapGet("/{id}", FindAsync);
        group.MapDelete("/{id}", CancelAsync);
        group.MapJobDownloads();
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> FindAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.FindAsync(id, ct) is { } job ? TypedResults.Ok(job) : Missing(id);

    private static async Task<Results<Accepted, ProblemHttpResult>> CancelAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.CancelAsync(id, ct) switch
        {
            true => TypedResults.Accepted($"/api/v1/jobs/{id}"),
            false => TypedResults.Problem($"The job '{id}' has ended already; only one that waits or runs can be cancelled.",
                statusCode: StatusCodes.Status409Conflict),
            null => Missing(id),
        };

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no job '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
