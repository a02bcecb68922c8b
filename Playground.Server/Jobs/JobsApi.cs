using Microsoft.AspNetCore.Http.HttpResults;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Jobs;

internal static class JobsApi
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/jobs").WithTags("jobs").RequirePolicies().DisableAntiforgery();
        group.MapGet("/", (string? kind, IJobs jobs, CancellationToken ct) => jobs.ListAsync(kind, ct)).WithSummary(
            "The newest jobs, 200 at most.");
        group.MapGet("/{id}", FindAsync).WithSummary("A job as it is.");
        group.MapGet("/{id}/history", HistoryAsync).WithSummary("What has happened to a job, oldest first.");
        group.MapDelete("/{id}", DeleteAsync).WithSummary(
            "Cancels a job that has not ended; with permanently=true deletes one that has, with all that it keeps on disk.");
        group.MapPost("/{id}/retry", RetryAsync).WithSummary("Runs a job again that failed, was canceled or is paused.");
        group.MapJobDownloads();
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> FindAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.FindAsync(id, ct) is { } job ? TypedResults.Ok(job) : Missing(id);

    private static async Task<Results<Ok<IReadOnlyList<JobEvent>>, ProblemHttpResult>> HistoryAsync(string id, IJobs jobs,
        CancellationToken ct)
        => await jobs.GetHistoryAsync(id, ct) is { } history ? TypedResults.Ok(history) : Missing(id);

    private static async Task<Results<Accepted, NoContent, ProblemHttpResult>> DeleteAsync(string id, IJobs jobs, CancellationToken ct,
        bool permanently = false)
    {
        if (permanently) return await jobs.DeleteAsync(id, ct) ? TypedResults.NoContent() : Missing(id);
        return await jobs.CancelAsync(id, ct) switch
        {
            true => TypedResults.Accepted($"/api/v1/jobs/{id}"),
            false => TypedResults.Problem($"The job '{id}' has ended already; only one that waits or runs can be cancelled. To delete it, "
                + "say permanently=true.", statusCode: StatusCodes.Status409Conflict),
            null => Missing(id),
        };
    }

    private static async Task<Results<Accepted<JobView>, ProblemHttpResult>> RetryAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.RetryAsync(id, ct) is { } job ? TypedResults.Accepted($"/api/v1/jobs/{id}", job) : Missing(id);

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no job '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
