using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Evaluation.Reports;
using Playground.Server.Evaluations;
using Playground.Server.Gallery;

namespace Playground.Server.Shares;

/// <summary>
/// What visitors see: pages that need no account and no script, and the files that they show. A token that is unknown, revoked, expired
/// or malformed gets the same answer after the same work, whatever is asked for below it.
/// </summary>
internal static class SharedPages
{
    private const int PageSize = 24, MaxPassword = 128;
    private const long MaxForm = 8 << 10;

    // Nothing of a share may be shown from a cache once it is revoked.
    private const string AskAgain = "private, no-cache", KeepNothing = "private, no-store";

    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapSharedPages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/s").AllowAnonymous().ExcludeFromDescription().DisableAntiforgery()
            .RequireRateLimiting(ShareServices.Pages);
        group.MapGet("/{token}", PageAsync);
        group.MapPost("/{token}", PasswordAsync).WithMetadata(new RequestSizeLimitAttribute(MaxForm))
            .RequireRateLimiting(ShareServices.Passwords);
        group.MapGet("/{token}/{**rest}", BelowAsync);
    }

    private static async Task<IResult> PageAsync(string token, ShareStore store, ShareGate gate, ShareContents contents, HttpContext http,
        CancellationToken ct, string? page = null)
    {
        if (await store.FindByTokenAsync(token, ct) is not { } share) return Missing(http);
        if (!gate.IsOpen(http.Request, share)) return AskPassword(http, PasswordAnswer.Right);
        // What somebody wrote into the address is no reason for an error.
        var isNumber = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var asked);
        var number = isNumber ? Math.Clamp(asked, 1, 1_000_000) : 1;
        var (total, images) = await contents.ListAsync(share, (number - 1) * PageSize, PageSize, withdrawnToo: false, ct);
        var report = await contents.FindReportAsync(share, ct);
        var isGone = share.Kind switch
        {
            ShareKind.Gallery => false,
            ShareKind.Board => await contents.FindBoardAsync(share, ct) is null,
            ShareKind.Report => report is null,
            _ => total == 0,
        };
        if (isGone) return Missing(http);
        if (number == 1) await store.CountViewAsync(share.Id, ct);
        var names = new SharedImageNames(token, share);
        Harden(http, share);
        return Page<SharePage>(ModelOf(share, token, http) with
        {
            Total = total,
            First = (number - 1) * PageSize,
            Page = number,
            Pages = Math.Max(1, (total + PageSize - 1) / PageSize),
            Images = [.. images.Select(i => new ShownImage(names.Of(i.Image), i.Width, i.Height))],
            Report = report is null ? null : EvaluationReportViews.Of(report),
        });
    }

    private static async Task<IResult> PasswordAsync(string token, ShareStore store, ShareGate gate, HttpContext http, CancellationToken ct)
    {
        var password = await ReadPasswordAsync(http.Request, ct);
        if (await store.FindByTokenAsync(token, ct) is not { } share) return Missing(http);
        return await gate.TryAsync(http, token, share, password, ct) switch
        {
            PasswordAnswer.Right => Results.Redirect($"/s/{token}"),
            var refused => AskPassword(http, refused),
        };
    }

    // One place for whatever stands below a link, so that what is no such thing takes the same way.
    private static async Task<IResult> BelowAsync(string token, string rest, ShareStore store, ShareGate gate, ShareContents contents,
        ShareFiles files, ImageFrames frames, HttpContext http, CancellationToken ct, bool clean = false)
    {
        if (await store.FindByTokenAsync(token, ct) is not { } share || !gate.IsOpen(http.Request, share)) return Missing(http);
        return rest.Split('/') switch
        {
            [var name] => await NamedAsync(token, name, share, contents, files, frames, http, ct),
            [var name, var step] when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                => await FrameAsync(token, name, number, clean, share, contents, frames, http, ct),
            _ => Missing(http),
        };
    }

    private static async Task<IResult> NamedAsync(string token, string name, ShareRow share, ShareContents contents, ShareFiles files,
        ImageFrames frames, HttpContext http, CancellationToken ct)
    {
        Harden(http, share);
        switch (name)
        {
            case "cover.jpg":
                return Send(http, await files.CoverAsync(share, ct), MediaTypeNames.Image.Jpeg, null);
            case "samples.png":
                return Send(http, (await contents.FindReportAsync(share, ct))?.Samples?.Png, MediaTypeNames.Image.Png, null);
            case "report.html":
                return await contents.FindReportAsync(share, ct) is { } report ? ShowReport(http, report) : Missing(http);
            default:
                break;
        }
        var names = new SharedImageNames(token, share);
        var (own, ending) = name.Split('.') switch
        {
            [var key] => (names.Find(key), ""),
            [var key, var end] => (names.Find(key), end),
            _ => (null, ""),
        };
        if (own is null || await contents.FindAsync(share, own, withdrawnToo: false, ct) is not { } image) return Missing(http);
        return ending switch
        {
            "" => await ShowImageAsync(token, share, names, image, contents, frames, http, ct),
            "webp" => Send(http, await files.ThumbnailAsync(image, ct), MediaTypeNames.Image.Webp, $"{image.Hash[..32]}t"),
            "png" => Send(http, await files.OriginalAsync(share, image, ct), MediaTypeNames.Image.Png,
                $"{image.Hash[..32]}{(share.Metadata ? "m" : "")}"),
            "json" => Results.Json(await frames.ListStepsAsync(image.Job, share.Owner, ct)),
            _ => Missing(http),
        };
    }

    private static async Task<IResult> FrameAsync(string token, string name, int step, bool clean, ShareRow share, ShareContents contents,
        ImageFrames frames, HttpContext http, CancellationToken ct)
    {
        if (new SharedImageNames(token, share).Find(name) is not { } own
            || await contents.FindAsync(share, own, withdrawnToo: false, ct) is not { } image
            || await frames.FindAsync(image.Job, share.Owner, image.Number, step, clean, ct) is not { } frame) return Missing(http);
        Harden(http, share);
        return Send(http, frame.File, frame.ContentType, $"{image.Hash[..32]}{step}{clean}");
    }

    private static async Task<IResult> ShowImageAsync(string token, ShareRow share, SharedImageNames names, SharedImage image,
        ShareContents contents, ImageFrames frames, HttpContext http, CancellationToken ct)
    {
        var (before, after) = await contents.NeighborsAsync(share, image.Image, ct);
        var recipe = share.Metadata ? await contents.FindRecipeAsync(share, image, ct) : null;
        return Page<ShareImagePage>(ModelOf(share, token, http) with
        {
            Images = [new ShownImage(names.Of(image.Image), image.Width, image.Height)],
            Before = before is null ? null : names.Of(before),
            After = after is null ? null : names.Of(after),
            Facts = recipe is null ? [] : [.. FactsOf(recipe)],
            Steps = await frames.ListStepsAsync(image.Job, share.Owner, ct),
        });
    }

    private static ShareModel ModelOf(ShareRow share, string token, HttpContext http) => new()
    {
        Title = share.Title,
        Note = share.Note,
        IsIndexed = share is { Indexed: true, PasswordHash: null },
        HasCover = share.PasswordHash is null,
        Remix = share.Remix,
        Path = $"/s/{token}",
        Origin = $"{http.Request.Scheme}://{http.Request.Host}",
    };

    private static IEnumerable<ShownFact> FactsOf(GalleryRecipe recipe)
    {
        var request = recipe.Request;
        if (recipe.Prompt is { } prompt) yield return new("Prompt", prompt);
        if (recipe.NegativePrompt is { } negative) yield return new("NegativePrompt", negative);
        yield return new("Model", recipe.ModelHash.Length > 0 ? $"{request.Model} ({recipe.ModelHash})" : request.Model);
        yield return new("Sampler", request.Sampler);
        yield return new("Steps", $"{request.Steps}");
        yield return new("Seed", $"{request.Seed}");
        if (request.Classes.Count > 0) yield return new("Class", string.Join(", ", request.Classes));
        if (request.Guidance != 1) yield return new("Guidance", $"{request.Guidance}");
    }

    private static ContentHttpResult ShowReport(HttpContext http, EvaluationReport report)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        http.Response.Headers.CacheControl = KeepNothing;
        return TypedResults.Content(HtmlReport.Write(report), "text/html; charset=utf-8");
    }

    private static IResult Send(HttpContext http, byte[]? file, string type, string? tag)
    {
        if (file is null) return Missing(http);
        http.Response.Headers.CacheControl = AskAgain;
        return Results.File(file, type, entityTag: tag is null ? null : new EntityTagHeaderValue($"\"{tag}\""));
    }

    private static IResult Missing(HttpContext http)
    {
        Harden(http, null);
        return Page<ShareMissing>(null, StatusCodes.Status404NotFound);
    }

    private static IResult AskPassword(HttpContext http, PasswordAnswer answer)
    {
        Harden(http, null);
        return new RazorComponentResult<SharePassword>(new Dictionary<string, object?> { [nameof(SharePassword.Answer)] = answer })
        {
            StatusCode = answer switch
            {
                PasswordAnswer.Wrong => StatusCodes.Status403Forbidden,
                PasswordAnswer.Locked => StatusCodes.Status429TooManyRequests,
                _ => StatusCodes.Status200OK,
            },
            PreventStreamingRendering = true,
        };
    }

    private static RazorComponentResult<T> Page<T>(ShareModel? model, int status = StatusCodes.Status200OK)
        where T : Microsoft.AspNetCore.Components.IComponent
        => new(model is null ? new Dictionary<string, object?>() : new Dictionary<string, object?> { ["Model"] = model })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    private static void Harden(HttpContext http, ShareRow? share)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = KeepNothing;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // The address is the key: no other site is to be told it.
        // Not "no-referrer": browsers would send the form of the password without its origin.
        headers["Referrer-Policy"] = "same-origin";
        if (share is not { Indexed: true, PasswordHash: null }) headers["X-Robots-Tag"] = "noindex, nofollow";
    }

    private static async Task<string> ReadPasswordAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasFormContentType) return "";
        try
        {
            var form = await request.ReadFormAsync(ct);
            return form["password"].ToString() is { Length: <= MaxPassword } password ? password : "";
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }
}
