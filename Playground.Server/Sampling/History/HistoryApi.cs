using Microsoft.AspNetCore.Http.HttpResults;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Sampling.History;

internal static class HistoryApi
{
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/history").WithTags("history").RequirePolicies().DisableAntiforgery();
        group.MapGet("/", (IRunHistory history, CancellationToken ct) => history.ListAsync(ct)).WithSummary(
            "Your newest 100 sampling runs, and those that are pinned.");
        group.MapGet("/{id}/thumbnail.webp", ThumbnailAsync).WithSummary("The first images of a run, small.");
        group.MapPut("/{id}/pin", PinAsync).WithSummary("Pins a run: it stays in the history, and its frames on disk.");
        group.MapDelete("/{id}/pin", UnpinAsync).WithSummary("Lets a pinned run go.");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ThumbnailAsync(string id, RunThumbnails thumbnails,
        ICurrentOwner owner, HttpResponse response, CancellationToken ct)
    {
        if (await thumbnails.FindAsync(id, owner.Id, ct) is not { } found)
            return TypedResults.Problem($"The run '{id}' has no images yet, or there is none.", statusCode: StatusCodes.Status404NotFound);
        response.Headers.CacheControl = found.IsFinal ? "private, max-age=86400" : "no-store";
        return TypedResults.File(found.File, "image/webp");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> PinAsync(string id, IRunHistory history, CancellationToken ct)
        => await history.PinAsync(id, true, ct) ? TypedResults.NoContent() : Missing(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> UnpinAsync(string id, IRunHistory history, CancellationToken ct)
        => await history.PinAsync(id, false, ct) ? TypedResults.NoContent() : Missing(id);

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no sampling run '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
