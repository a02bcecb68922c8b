using System.ComponentModel;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

internal static class GalleryApi
{
    // 50,000 ids are 1.75 MB.
    private const long MaxBody = 2 << 20;
    private const string Forever = "private, max-age=31536000, immutable";

    public static void MapGallery(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/gallery").RequirePolicies().WithTags("gallery").DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        group.MapGet("/", (IGallery gallery, CancellationToken ct) => gallery.GetFacetsAsync(ct))
            .WithSummary("How many images there are and may be, and what they can be filtered by.");
        group.MapGet("/images", ([AsParameters] GalleryQuery query, IGallery gallery, CancellationToken ct) => gallery.ListAsync(query, ct))
            .WithSummary("The images that match, page by page.").ProducesValidationProblem();
        group.MapGet("/ids",
            ([AsParameters] GalleryQuery query, IGallery gallery, CancellationToken ct) => gallery.ListIdsAsync(query, ct))
            .WithSummary("The ids of all images that match, in order.").ProducesValidationProblem();
        group.MapPost("/images", SaveAsync).WithSummary("Saves images of a run, each with its recipe.").ProducesValidationProblem()
            .ProducesProblem(404).ProducesProblem(409);
        group.MapPatch("/images", EditAsync).WithSummary("Stars, rates, tags and moves images, and sets their note.")
            .ProducesValidationProblem();
        group.MapPost("/deletions", DeleteAsync)
            .WithSummary("Deletes images, which can be restored for a while; with permanently=true for good.").ProducesValidationProblem();
        group.MapPost("/restorations", RestoreAsync).WithSummary("Brings deleted images back.").ProducesValidationProblem();
        group.MapGet("/images/{id}", FindAsync).WithSummary("An image with its recipe, tags and note.").ProducesProblem(404);
        group.MapGet("/images/{id}/place", PlaceAsync).WithSummary("Where an image is among those that match, from 0 on.")
            .ProducesProblem(404);
        group.MapGet("/images/{id}.png", FileAsync).WithSummary("An image's file, with its recipe in it.").ProducesProblem(404);
        group.MapGet("/images/{id}.webp", ThumbnailAsync).WithSummary("An image made small.")
            .Produces(200, contentType: MediaTypeNames.Image.Webp).ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/images/{id}/frames/{step:int}.png", FrameAsync)
            .WithSummary("An image as it was after a step of its denoising, where that is kept.")
            .Produces(200, contentType: MediaTypeNames.Image.Png).ProducesProblem(404);
        group.MapPost("/downloads", OfferAsync).WithSummary("Makes an address, good for ten minutes, that gives images as a zip.")
            .ProducesValidationProblem().ProducesProblem(404);
        group.MapGet("/downloads/{ticket}.zip", Zip).WithSummary("The images of an offered download.")
            .Produces(200, contentType: MediaTypeNames.Application.Zip).ProducesProblem(404);
        group.MapGet("/boards", (IGallery gallery, CancellationToken ct) => gallery.ListBoardsAsync(ct)).WithSummary("The boards by name.");
        group.MapPost("/boards", AddBoardAsync).WithSummary("Adds a board.").ProducesValidationProblem().ProducesProblem(409);
        group.MapPatch("/boards/{id}", (string id, BoardName name, IGallery gallery, CancellationToken ct)
            => gallery.RenameBoardAsync(id, name, ct)).WithSummary("Gives a board another name.").ProducesValidationProblem()
            .ProducesProblem(404);
        group.MapDelete("/boards/{id}", DeleteBoardAsync).WithSummary("Deletes a board; its images stay in the gallery.")
            .ProducesProblem(404);
    }

    /// <summary>How many images a request changed.</summary>
    internal sealed record Changed(int Count);

    private static async Task<Ok<GallerySaved>> SaveAsync(GallerySave request, IGallery gallery, CancellationToken ct)
        => TypedResults.Ok(await gallery.SaveAsync(request, ct));

    private static async Task<Ok<Changed>> EditAsync(GalleryEdit edit, IGallery gallery, CancellationToken ct)
        => TypedResults.Ok(new Changed(await gallery.EditAsync(edit, ct)));

    private static async Task<Ok<Changed>> DeleteAsync(GallerySelection images, IGallery gallery, CancellationToken ct,
        bool permanently = false)
        => TypedResults.Ok(new Changed(await gallery.DeleteAsync(images, permanently, ct)));

    private static async Task<Ok<Changed>> RestoreAsync(GallerySelection images, IGallery gallery, CancellationToken ct)
        => TypedResults.Ok(new Changed(await gallery.RestoreAsync(images, ct)));

    private static async Task<Results<Ok<GalleryImageDetail>, ProblemHttpResult>> FindAsync(string id, IGallery gallery,
        CancellationToken ct)
        => await gallery.FindAsync(id, ct) is { } image ? TypedResults.Ok(image) : Missing(id);

    private static async Task<Results<Ok<int>, ProblemHttpResult>> PlaceAsync(string id, [AsParameters] GalleryQuery query,
        IGallery gallery, CancellationToken ct)
        => await gallery.FindPlaceAsync(id, query, ct) is { } place ? TypedResults.Ok(place) : Missing(id);

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> FileAsync(string id, GalleryStore store, BlobStore blobs,
        ICurrentOwner owner, HttpResponse response, CancellationToken ct)
    {
        if (await store.FindHashAsync(owner.Id, id, ct) is not { } hash || !File.Exists(blobs.PathOf(hash))) return Missing(id);
        response.Headers.CacheControl = Forever;
        return TypedResults.PhysicalFile(blobs.PathOf(hash), MediaTypeNames.Image.Png, entityTag: new EntityTagHeaderValue($"\"{hash}\""));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ThumbnailAsync(string id, GalleryStore store,
        BlobStore blobs, GalleryThumbnails thumbnails, ICurrentOwner owner, HttpResponse response, CancellationToken ct,
        [Description("Height and width in pixels at most: 64, 128, 256 or 512.")] int side = 256)
    {
        if (!GalleryThumbnails.Sides.Contains(side))
            throw RequestException.Invalid("side", $"side is {side}; it must be one of {string.Join(", ", GalleryThumbnails.Sides)}.");
        if (await store.FindHashAsync(owner.Id, id, ct) is not { } hash || !File.Exists(blobs.PathOf(hash))) return Missing(id);
        response.Headers.CacheControl = Forever;
        return TypedResults.File(await thumbnails.RenderAsync(hash, side, ct), MediaTypeNames.Image.Webp);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> FrameAsync(string id, int step, GalleryStore store,
        ImageFrames frames, ICurrentOwner owner, CancellationToken ct,
        [Description("Whether the model's estimate of the clean image is wanted, rather than the noisy one.")] bool clean = false)
    {
        if (await store.FindAsync(owner.Id, id, ct) is not var (image, _, _)) return Missing(id);
        return await frames.FindAsync(image.JobId, owner.Id, image.Number, step, clean, ct) is { } frame
            ? TypedResults.File(frame.File, frame.ContentType)
            : TypedResults.Problem($"Step {step} of the image '{id}' is not kept; its steps are in GET /api/v1/gallery/images/{{id}}.",
                statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<Created<GalleryDownload>> OfferAsync(GallerySelection images, IGallery gallery, CancellationToken ct)
    {
        var offer = await gallery.OfferAsync(images, ct);
        return TypedResults.Created(offer.Address, offer);
    }

    private static Results<PushStreamHttpResult, ProblemHttpResult> Zip(string ticket, GalleryDownloads downloads, ICurrentOwner owner,
        HttpContext http, CancellationToken ct)
    {
        var id = owner.Id;
        // The end of an entry is written synchronously, some bytes each; the images themselves are not.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        return downloads.Find(id, ticket) is { } ids
            ? TypedResults.Stream(stream => downloads.WriteAsync(stream, id, ids, ct), MediaTypeNames.Application.Zip,
                $"gallery-{ticket[..8]}.zip")
            : TypedResults.Problem("The download is not offered any more. Choose the images again.",
                statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<Created<BoardView>> AddBoardAsync(BoardName name, IGallery gallery, CancellationToken ct)
    {
        var board = await gallery.AddBoardAsync(name, ct);
        return TypedResults.Created($"/api/v1/gallery/boards/{board.Id}", board);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteBoardAsync(string id, IGallery gallery, CancellationToken ct)
        => await gallery.DeleteBoardAsync(id, ct)
            ? TypedResults.NoContent()
            : TypedResults.Problem($"There is no board '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no image '{id}' in the gallery.", statusCode: StatusCodes.Status404NotFound);
}
