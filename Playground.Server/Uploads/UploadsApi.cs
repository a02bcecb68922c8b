using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Uploads;

namespace Playground.Server.Uploads;

/// <summary>
/// tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation, creation-with-upload, termination, expiration, checksum.
/// </summary>
internal static class UploadsApi
{
    private const string Path = "/api/v1/uploads", BytesType = "application/offset+octet-stream";

    /// <summary>An upload as its owner sees it.</summary>
    /// <param name="Id">32 hexadecimal digits.</param>
    /// <param name="Name">What its sender calls the file.</param>
    /// <param name="Length">Bytes when complete.</param>
    /// <param name="Offset">Bytes that are there.</param>
    /// <param name="Sha256">Of the whole, once it is complete.</param>
    /// <param name="Expires">When it is swept away unless a data set has taken it.</param>
    internal sealed record UploadView(string Id, string Name, long Length, long Offset, string? Sha256, DateTime Expires);

    public static void MapUploads(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("uploads").RequirePolicies().DisableAntiforgery().AddEndpointFilter<TusFilter>();
        var unlimited = new DisableRequestSizeLimitAttribute();
        group.MapMethods("/", ["OPTIONS"], Describe).WithSummary("What this server's tus can do.");
        group.MapPost("/", CreateAsync).WithMetadata(unlimited).WithSummary("Begins an upload; tus' creation.");
        group.MapMethods("/{id}", ["HEAD"], HeadAsync).WithSummary("Where an upload stands, in Upload-Offset.");
        group.MapPatch("/{id}", AppendAsync).WithMetadata(unlimited).WithSummary("Goes on with an upload from Upload-Offset.");
        group.MapDelete("/{id}", DeleteAsync).WithSummary("Breaks an upload off and removes what has come.");
        group.MapGet("/{id}", FindAsync).WithSummary("An upload as JSON, with its SHA-256 once it is complete.").Produces<UploadView>();
        // For clients that know GET and POST only.
        group.MapPost("/{id}", (string id, HttpContext http, UploadFiles files, UploadStore store,
            UploadOwners owners, ICurrentOwner owner) => http.Request.Headers["X-HTTP-Method-Override"].ToString().ToUpperInvariant() switch
        {
            "PATCH" => AppendAsync(id, http, files, store, owner),
            "DELETE" => DeleteAsync(id, files, store, owner, owners, http.RequestAborted),
            "HEAD" => HeadAsync(id, http, files, store, owner),
            _ => throw new RequestException(StatusCodes.Status405MethodNotAllowed,
                "POST to an upload needs X-HTTP-Method-Override: PATCH, DELETE or HEAD."),
        }).WithMetadata(unlimited).ExcludeFromDescription();
    }

    private static IResult Describe(HttpResponse response, IOptions<UploadOptions> options)
    {
        response.Headers["Tus-Version"] = TusFilter.Version;
        response.Headers["Tus-Extension"] = "creation,creation-with-upload,termination,expiration,checksum";
        response.Headers["Tus-Checksum-Algorithm"] = UploadChecksum.Algorithms;
        response.Headers["Tus-Max-Size"] = Text(options.Value.MaxBytes);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> CreateAsync(HttpContext http, UploadFiles files, ICurrentOwner owner)
    {
        var length = Number(http.Request, "Upload-Length")
            ?? throw new RequestException(StatusCodes.Status400BadRequest, "Upload-Length is missing: how many bytes will the file have?");
        var upload = await files.CreateAsync(owner.Id, length, http.Request.Headers["Upload-Metadata"].ToString(), http.RequestAborted);
        http.Response.Headers.Location = $"{Path}/{upload.Id}";
        if (IsBytes(http.Request) && !upload.IsComplete) upload = await TakeAsync(upload, 0, http, files);
        http.Response.Headers["Upload-Offset"] = Text(files.OffsetOf(upload.Id));
        Expires(http.Response, upload);
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    private static async Task<IResult> HeadAsync(string id, HttpContext http, UploadFiles files, UploadStore store, ICurrentOwner owner)
    {
        var upload = await RequireAsync(id, files, store, owner, http.RequestAborted);
        http.Response.Headers["Upload-Offset"] = Text(files.OffsetOf(id));
        http.Response.Headers["Upload-Length"] = Text(upload.Length);
        http.Response.Headers.CacheControl = "no-store";
        if (upload.Metadata.Length > 0) http.Response.Headers["Upload-Metadata"] = upload.Metadata;
        Expires(http.Response, upload);
        return TypedResults.Ok();
    }

    private static async Task<IResult> AppendAsync(string id, HttpContext http, UploadFiles files, UploadStore store, ICurrentOwner owner)
    {
        if (!IsBytes(http.Request))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType,
                $"Content-Type is '{http.Request.ContentType}'; it must be {BytesType}.");
        var offset = Number(http.Request, "Upload-Offset")
            ?? throw new RequestException(StatusCodes.Status400BadRequest, "Upload-Offset is missing: where do these bytes begin?");
        var upload = await TakeAsync(await RequireAsync(id, files, store, owner, http.RequestAborted), offset, http, files);
        http.Response.Headers["Upload-Offset"] = Text(files.OffsetOf(id));
        Expires(http.Response, upload);
        return TypedResults.NoContent();
    }

    private static async Task<Upload> TakeAsync(Upload upload, long offset, HttpContext http, UploadFiles files)
    {
        using var checksum = UploadChecksum.Parse(http.Request.Headers["Upload-Checksum"]);
        return await files.AppendAsync(upload, offset, http.Request.Body, http.Request.ContentLength, checksum, http.RequestAborted);
    }

    private static async Task<IResult> DeleteAsync(string id, UploadFiles files, UploadStore store, ICurrentOwner owner,
        UploadOwners owners,
        CancellationToken ct)
    {
        var upload = await RequireAsync(id, files, store, owner, ct);
        if (upload.DatasetId is not null && !await owners.TakesUploadsAsync(upload.DatasetId, owner.Id, ct))
            throw new RequestException(StatusCodes.Status409Conflict, "A data set is being made of this upload. Cancel that first.");
        await files.DeleteAsync(id, ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> FindAsync(string id, UploadFiles files, UploadStore store, ICurrentOwner owner, CancellationToken ct)
    {
        var upload = await RequireAsync(id, files, store, owner, ct);
        return TypedResults.Ok(new UploadView(id, upload.Name, upload.Length, files.OffsetOf(id), upload.Sha256,
            upload.Expires.UtcDateTime));
    }

    private static async Task<Upload> RequireAsync(string id, UploadFiles files, UploadStore store, ICurrentOwner owner,
        CancellationToken ct)
    {
        var upload = await store.FindAsync(id, owner.Id, ct)
            ?? throw new RequestException(StatusCodes.Status404NotFound, $"There is no upload '{id}'; it may have expired. Begin another.");
        return files.IsOpen(upload) ? await files.SettleAsync(upload, ct)
            : throw new RequestException(StatusCodes.Status410Gone, $"The upload '{id}' has expired. Begin another.");
    }

    private static long? Number(HttpRequest request, string header)
    {
        var text = request.Headers[header].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw new RequestException(StatusCodes.Status400BadRequest, $"{header} is '{text}'; it must be a whole number, 0 or more.");
    }

    // Media types have parameters, and no case.
    private static bool IsBytes(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(BytesType, StringComparison.OrdinalIgnoreCase);

    private static void Expires(HttpResponse response, Upload upload)
        => response.Headers["Upload-Expires"] = upload.Expires.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The protocol's version in every answer and from every client, and errors as ProblemDetails.</summary>
    private sealed class TusFilter : IEndpointFilter
    {
        public const string Version = "1.0.0";

        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
            response.Headers["Tus-Resumable"] = Version;
            if (request.Method is not ("OPTIONS" or "GET") && request.Headers["Tus-Resumable"] != Version)
            {
                response.Headers["Tus-Version"] = Version;
                return TypedResults.Problem($"Tus-Resumable is '{request.Headers["Tus-Resumable"]}'; this server speaks {Version}.",
                    statusCode: StatusCodes.Status412PreconditionFailed);
            }
            try
            {
                return await next(context);
            }
            catch (Exception e) when (e is ConnectionResetException
            || (e is IOException or OperationCanceledException && context.HttpContext.RequestAborted.IsCancellationRequested))
            {
                // The sender is gone; what came is kept.
                return TypedResults.Empty;
            }
        }
    }
}
