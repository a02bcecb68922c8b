using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Server.Hosting;

namespace Playground.Server.Sampling.Frames;

/// <summary>The frames that are kept of a run: which there are, each of them, and all in one file.</summary>
internal static class FramesApi
{
    private const string Forever = "private, max-age=31536000, immutable";

    public static void MapFrames(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/jobs/{id}/frames").WithTags("frames").RequirePolicies().DisableAntiforgery();
        group.MapGet("/", IndexAsync).WithSummary("Which frames of a sampling run are kept, while it runs and afterwards.");
        group.MapGet("/{step:int}/{side}.png", GridAsync).WithSummary("All images after a step: side is xt (noisy) or x0 (clean).");
        group.MapGet("/{step:int}/{side}/{image:int}.png", ImageAsync).WithSummary("One image after a step, enlarged on demand.");
        group.MapGet("/export.{format}", ExportAsync).WithSummary(
            "A run as an animation (webp, gif), or as a strip of rows over time (png).");
    }

    private static async Task<Results<Ok<FrameIndex>, ProblemHttpResult>> IndexAsync(string id, IRunFrames frames, IJobs jobs,
        ICurrentOwner owner, HttpResponse response, CancellationToken ct)
    {
        if (await jobs.FindAsync(id, ct) is not { Kind: JobKind.Sample } job) return Missing(id);
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(await frames.FindAsync(owner.Id, id, ct)
            ?? new FrameIndex(job.Steps, 1, 0, 0, JobStatus.IsFinal(job.Status), []));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GridAsync(string id, int step, string side,
        IRunFrames frames, ICurrentOwner owner, HttpResponse response, CancellationToken ct)
    {
        if (await frames.ReadAsync(owner.Id, id, step, SideOf(side), ct) is not { } file) return NotKept(id, step);
        response.Headers.CacheControl = Forever;
        return TypedResults.File(file, "image/png", enableRangeProcessing: true, entityTag: TagOf(file));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ImageAsync(string id, int step, string side, int image,
        IRunFrames frames, ICurrentOwner owner, HttpResponse response, CancellationToken ct, int scale = 1)
    {
        if (scale is < 1 or > FrameExport.MaxScale)
            throw RequestException.Invalid("scale", $"scale is {scale}; it must be 1 to {FrameExport.MaxScale}.");
        var kept = (await frames.FindAsync(owner.Id, id, ct))?.Frames.FirstOrDefault(f => f.Step == step);
        if (kept is null || await frames.ReadAsync(owner.Id, id, step, SideOf(side), ct) is not { } grid) return NotKept(id, step);
        if (image < 0 || image >= kept.Count)
            return TypedResults.Problem($"There is no image {image} in the frame; it has 0 to {kept.Count - 1}.",
                statusCode: StatusCodes.Status404NotFound);
        if ((long)kept.Width * kept.Height * scale * scale > FrameExport.MaxPixels)
            throw RequestException.Invalid("scale", $"At scale {scale} the image would have more than {FrameExport.MaxPixels:N0} pixels.");
        var file = PngFile.Encode(FrameGrid.Cut(PictureFile.Decode(grid), kept, [image]).Enlarge(scale));
        response.Headers.CacheControl = Forever;
        return TypedResults.File(file, "image/png", enableRangeProcessing: true, entityTag: TagOf(file));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ExportAsync(string id, string format, FrameExport export,
        IJobs jobs, ICurrentOwner owner, CancellationToken ct, string side = "xt", int scale = 1, string images = "", int? frames = null,
        int delay = 80)
    {
        if (await jobs.FindAsync(id, ct) is not { Kind: JobKind.Sample }) return Missing(id);
        var order = new ExportOrder
        {
            Format = format,
            Side = SideOf(side),
            Scale = scale,
            Images = NumbersOf(images),
            Frames = frames,
            Delay = TimeSpan.FromMilliseconds(delay),
        };
        if (await export.MakeAsync(owner.Id, id, order, ct) is not { } file)
            return TypedResults.Problem($"No frames of the run '{id}' are kept.", statusCode: StatusCodes.Status404NotFound);
        return TypedResults.File(file, $"image/{format}", $"playground-{id[..8]}.{format}");
    }

    private static FrameSide SideOf(string side) => side switch
    {
        "xt" => FrameSide.Noisy,
        "x0" => FrameSide.Clean,
        _ => throw RequestException.Invalid("side", $"side is '{side}'; it must be xt (noisy) or x0 (clean)."),
    };

    private static int[] NumbersOf(string images)
    {
        if (images.Length == 0) return [];
        var numbers = images.Split(',');
        if (numbers.Length > 64 || numbers.Any(n => !int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw RequestException.Invalid("images",
                "images must be at most 64 numbers from 0 on with commas between them, such as 0,3,5.");
        return [.. numbers.Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
    }

    private static EntityTagHeaderValue TagOf(byte[] file) => new($"\"{Core.Crc32.Of(file):x8}-{file.Length:x}\"");

    private static ProblemHttpResult NotKept(string id, int step) => TypedResults.Problem(
        $"Step {step} of the run '{id}' is not kept; GET /api/v1/jobs/{{id}}/frames lists those that are.",
        statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no sampling run '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
