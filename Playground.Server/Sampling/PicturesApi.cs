using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>Pictures to start from: uploaded first, then named in a sampling request.</summary>
internal static class PicturesApi
{
    // A form has its boundaries and headers besides.
    private const long MaxBody = SourcePictures.MaxBytes + (64 << 10);

    public static void MapPictures(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/pictures").WithTags("pictures").RequirePolicies().DisableAntiforgery();
        group.MapPost("/", AddAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBody)).ProducesValidationProblem()
            .WithSummary("Uploads an image to start from, or a mask.");
        group.MapGet("/{id}", FindAsync)
            .WithSummary("An uploaded image: its id and size.");
        group.MapGet("/{id}.png", FileAsync)
            .WithSummary("An uploaded image as PNG.");
    }

    private static async Task<Created<PictureView>> AddAsync(HttpRequest request, SourcePictures pictures, ICurrentOwner owner,
        CancellationToken ct)
    {
        try
        {
            var picture = await pictures.AddAsync(await ReadAsync(request, ct), owner.Id, ct);
            return TypedResults.Created($"/api/v1/pictures/{picture.Id}", picture);
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid("picture", e.Message, e);
        }
    }

    private static async Task<Results<Ok<PictureView>, ProblemHttpResult>> FindAsync(string id, IPictures pictures, CancellationToken ct)
        => await pictures.FindAsync(id, ct) is { } picture ? TypedResults.Ok(picture) : Missing(id);

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> FileAsync(string id, SourcePictures pictures,
        ICurrentOwner owner, HttpResponse response, CancellationToken ct)
    {
        if (await pictures.FindFileAsync(id, owner.Id, ct) is not { } path) return Missing(id);
        // The address is the content's own hash.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(path, "image/png", entityTag: new EntityTagHeaderValue($"\"{id}\""));
    }

    // The body itself, whatever kind it says that it is, or the one file of a form.
    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
        {
            await request.Body.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }
        try
        {
            var form = await request.ReadFormAsync(ct);
            if (form.Files is not [var file])
                throw new PlaygroundException(
                    $"The form has {form.Files.Count} files; send one picture, in a part with a file name, or as the body itself.");
            await file.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new PlaygroundException($"The form cannot be read: {e.Message}");
        }
    }

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no picture '{id}'; upload it first: POST /api/v1/pictures.",
            statusCode: StatusCodes.Status404NotFound);
}
