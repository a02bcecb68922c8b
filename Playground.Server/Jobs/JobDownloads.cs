using System.IO.Compression;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Playground.Core.Imaging;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>A job's pictures as files: one, enlarged or as it is, or all of them in a zip. Each carries its recipe.</summary>
internal static class JobDownloads
{
    /// <summary>Largest enlargement.</summary>
    private const int MaxScale = 16;

    // The grid of 64 pictures, enlarged, is the largest that is made: more than this is refused before it is.
    private const long MaxPixels = 64L << 20;

    public static void MapJobDownloads(this RouteGroupBuilder jobs)
    {
        jobs.MapGet("/{id}/{name}.png", PictureAsync).WithSummary("An image that a job made, enlarged on demand.");
        jobs.MapGet("/{id}/images.zip", ZipAsync).WithSummary("All images of a job.");
    }

    private static async Task<Results<PhysicalFileHttpResult, FileContentHttpResult, ProblemHttpResult>> PictureAsync(string id,
        string name, JobStore store, BlobStore blobs, ICurrentOwner owner, HttpResponse http, CancellationToken ct, int scale = 1)
    {
        if (scale is < 1 or > MaxScale) return Refused(scale);
        // What is not a picture has an extension of its own in its name.
        if (name.Contains('.') || await store.FindPictureAsync(id, owner.Id, name, ct) is not { } hash) return Missing(id, name);
        http.Headers.CacheControl = "private, no-cache";
        if (scale == 1)
            return TypedResults.PhysicalFile(blobs.PathOf(hash), MediaTypeNames.Image.Png,
                entityTag: new EntityTagHeaderValue($"\"{hash}\""));
        return await EnlargeAsync(blobs.PathOf(hash), scale, ct) is { } file
            ? TypedResults.File(file, MediaTypeNames.Image.Png)
            : TooLarge(scale);
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ZipAsync(string id, JobStore store, BlobStore blobs,
        ICurrentOwner owner, CancellationToken ct, int scale = 1)
    {
        if (scale is < 1 or > MaxScale) return Refused(scale);
        var pictures = await store.ListPicturesAsync(id, owner.Id, ct);
        if (pictures.Count == 0) return Missing(id, "0");
        return TypedResults.Stream(body => WriteAsync(body, pictures, scale, blobs, ct), MediaTypeNames.Application.Zip,
            $"playground-{id[..8]}.zip");
    }

    private static async Task WriteAsync(Stream body, IReadOnlyList<(string Name, string Hash)> pictures, int scale, BlobStore blobs,
        CancellationToken ct)
    {
        // A zip is written synchronously in places, which a response does not take.
        await using var buffer = new FileBufferingWriteStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, hash) in pictures)
            {
                var file = await EnlargeAsync(blobs.PathOf(hash), scale, ct);
                if (file is null) continue;
                await using var entry = zip.CreateEntry($"{name.PadLeft(2, '0')}.png", CompressionLevel.NoCompression).Open();
                await entry.WriteAsync(file, ct);
            }
        }
        await buffer.DrainBufferAsync(body, ct);
    }

    // Null where it would be too large.
    private static async Task<byte[]?> EnlargeAsync(string path, int scale, CancellationToken ct)
    {
        var file = await File.ReadAllBytesAsync(path, ct);
        if (scale == 1) return file;
        var header = PictureFile.ReadHeader(file);
        if ((long)header.Width * header.Height * scale * scale > MaxPixels) return null;
        return PngFile.Encode(PictureFile.Decode(file).Enlarge(scale), PngFile.ReadText(file));
    }

    private static ProblemHttpResult Refused(int scale) => TypedResults.Problem($"scale is {scale}; it must be 1 to {MaxScale}.",
        statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult TooLarge(int scale) => TypedResults.Problem(
        $"At scale {scale} the image would have more than {MaxPixels:N0} pixels; use a smaller scale.",
        statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult Missing(string id, string name) => TypedResults.Problem(
        $"There is no picture '{name}' of a job '{id}'; a job that succeeded has grid.png and 0.png to N-1.png.",
        statusCode: StatusCodes.Status404NotFound);
}
