using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Datasets;
using Playground.Server.Hosting;

namespace Playground.Server.Datasets;

internal static class DatasetsApi
{
    // A list of 200,000 numbers to leave out is well below.
    private const long MaxBody = 4 << 20;
    private const string Forever = "private, max-age=31536000, immutable";

    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/datasets").WithTags("datasets").RequirePolicies().DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        group.MapGet("/", (IDatasets datasets, CancellationToken ct) => datasets.ListAsync(ct))
            .WithSummary("The data sets, newest first, without their reports.");
        group.MapPost("/", CreateAsync).WithSummary(
            "Begins a data set: a draft that waits for uploads, or one of complete uploads or of an address, which is made at once.")
                .ProducesProblems(400);
        group.MapGet("/storage", (IDatasets datasets, CancellationToken ct) => datasets.StorageAsync(ct))
            .WithSummary("What is kept and may be kept, in bytes.");
        group.MapGet("/{id}", FindAsync).WithSummary("A data set with its report and versions.").ProducesProblems(404);
        group.MapPatch("/{id}", EditAsync).WithSummary("Renames the data set, or makes a new version of it.")
            .ProducesProblems(400, 404, 409, 413, 507);
        group.MapDelete("/{id}", DeleteAsync).WithSummary("Removes the data set and its versions, unless something depends on them.")
            .ProducesProblems(404, 409);
        group.MapPost("/{id}/inspection", InspectAsync).WithSummary("Makes the data set of what was uploaded to its draft.")
            .ProducesProblems(404, 409);
        group.MapDelete("/{id}/inspection", CancelAsync).WithSummary("Stops the making; nothing is kept.").ProducesProblems(404, 409);
        group.MapGet("/{id}/pictures", PicturesAsync).WithSummary("Pictures as a version has them, page by page.")
            .ProducesProblems(400, 404);
        group.MapGet("/{id}/versions/{version:int}/pictures/{number:int}.webp", ThumbnailAsync).WithSummary(
            "A picture as the version has it, made small.").Produces(200, contentType: "image/webp").ProducesProblems(400, 404);
    }

    private static async Task<IResult> CreateAsync(NewDataset request, IDatasets datasets, CancellationToken ct)
    {
        var made = await datasets.CreateAsync(request, ct);
        var address = $"/api/v1/datasets/{made.Id}";
        return made.Status == DatasetStatus.Inspecting ? TypedResults.Accepted(address, made) : TypedResults.Created(address, made);
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> FindAsync(string id, IDatasets datasets, CancellationToken ct)
        => await datasets.FindAsync(id, ct) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem($"There is no data set '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Ok<DatasetView>> EditAsync(string id, DatasetEdit edit, IDatasets datasets, CancellationToken ct)
        => TypedResults.Ok(await datasets.EditAsync(id, edit, ct));

    private static async Task<NoContent> DeleteAsync(string id, IDatasets datasets, CancellationToken ct)
    {
        await datasets.DeleteAsync(id, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<DatasetView>> InspectAsync(string id, IDatasets datasets, CancellationToken ct)
        => TypedResults.Accepted($"/api/v1/datasets/{id}", await datasets.InspectAsync(id, ct));

    private static async Task<Accepted> CancelAsync(string id, IDatasets datasets, CancellationToken ct)
    {
        await datasets.CancelAsync(id, ct);
        return TypedResults.Accepted($"/api/v1/datasets/{id}");
    }

    private static async Task<Ok<DatasetPicturePage>> PicturesAsync(
        string id, IDatasets datasets, CancellationToken ct,
        [Description("The version; the newest when left out.")] int? version = null,
        [Description("Only those of this class.")] string? @class = null,
        [Description("true: only those left out; false: only those taken.")] bool? excluded = null,
        [Description("exact or similar: only those with duplicates, group by group.")] string? duplicates = null,
        [Description("Only those of this group of duplicates.")] int? group = null,
        [Description("How many to pass over.")] int skip = 0,
        [Description("How many to give, 1 to 500.")] int take = 100)
        => TypedResults.Ok(await datasets.PicturesAsync(id, new DatasetPictureQuery
        {
            Version = version,
            Class = @class,
            Excluded = excluded,
            Duplicates = duplicates,
            Group = group,
            Skip = skip,
            Take = take
        }, ct));

    private static async Task<IResult> ThumbnailAsync(
        string id, int version, int number, Thumbnails thumbnails, HttpResponse response, ICurrentOwner owner, CancellationToken ct,
        [Description("Height and width in pixels at most: 64, 96, 128, 192, 256 or 512.")] int side = 128,
        [Description("As if the version had this size.")] int? size = null,
        [Description("As if the version had so many channels.")] int? channels = null,
        [Description("As if the version had this crop.")] string? crop = null)
    {
        if (await thumbnails.FindAsync(owner.Id, id, version, number, new ThumbnailLook(side, size, channels, crop),
            ct) is not { } file)
            return TypedResults.Problem($"There is no picture {number} in version {version} of a data set '{id}'.",
                statusCode: StatusCodes.Status404NotFound);
        response.Headers.CacheControl = Forever;
        return TypedResults.Bytes(file, "image/webp");
    }

    private static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.ProducesProblem(status);
        return route;
    }
}
