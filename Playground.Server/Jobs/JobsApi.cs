using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
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
        group.MapGet("/{id}/{name}.png", PictureAsync);
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

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> PictureAsync(string id, string name, JobStore store,
        BlobStore blobs, CancellationToken ct)
        => await store.FindPictureAsync(id, Owners.Local, name, ct) is { } hash
            ? TypedResults.PhysicalFile(blobs.PathOf(hash), "image/png", entityTag: new EntityTagHeaderValue($"\"{hash}\""))
            : TypedResults.Problem($"There is no picture '{name}' of a job '{id}'; a job that succeeded has grid.png and 0.png to N-1.png.",
                statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no job '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
