using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Shares;

internal static class ShareApi
{
    // 1,000 ids are 35 KB.
    private const long MaxBody = 128 << 10;

    public static void MapShares(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/shares").RequirePolicies().WithTags("shares").DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        group.MapGet("/", (IShares shares, CancellationToken ct) => shares.ListAsync(ct)).WithSummary("One's shares, the newest first.");
        group.MapPost("/", AddAsync).WithSummary("Shares something by a link, which is told this once.").ProducesValidationProblem()
            .ProducesProblem(404).ProducesProblem(409);
        group.MapDelete("/", RevokeAllAsync).WithSummary("Ends all shares.");
        group.MapGet("/{id}", FindAsync).WithSummary("A share.").ProducesProblem(404);
        group.MapDelete("/{id}", RevokeAsync).WithSummary("Ends a share; its link finds nothing from then on.").ProducesProblem(404);
        group.MapPost("/{id}/link", RenewAsync).WithSummary("Gives a share another link; the one that it had ends.").ProducesProblem(404);
        group.MapGet("/{id}/images", ImagesAsync).WithSummary("The images that a share shows, those withdrawn too, 500 at most.")
            .ProducesProblem(404);
        group.MapPut("/{id}/withdrawals/{image}", (string id, string image, IShares shares, CancellationToken ct)
            => WithdrawAsync(id, image, true, shares, ct)).WithSummary("Takes an image out of a share.").ProducesProblem(404);
        group.MapDelete("/{id}/withdrawals/{image}", (string id, string image, IShares shares, CancellationToken ct)
            => WithdrawAsync(id, image, false, shares, ct)).WithSummary("Puts an image back into a share.").ProducesProblem(404);
        routes.MapSharedPages();
    }

    /// <summary>How many shares ended.</summary>
    internal sealed record Revoked(int Count);

    private static async Task<Created<NewShare>> AddAsync(ShareRequest request, IShares shares, HttpRequest http, CancellationToken ct)
    {
        var made = await shares.AddAsync(request, ct);
        return TypedResults.Created($"/api/v1/shares/{made.Share.Id}", WithAddress(made, shares, http));
    }

    private static async Task<Results<Ok<ShareView>, ProblemHttpResult>> FindAsync(string id, IShares shares, CancellationToken ct)
        => await shares.FindAsync(id, ct) is { } share ? TypedResults.Ok(share) : Missing(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string id, IShares shares, CancellationToken ct)
        => await shares.RevokeAsync(id, ct) ? TypedResults.NoContent() : Missing(id);

    private static async Task<Ok<Revoked>> RevokeAllAsync(IShares shares, CancellationToken ct)
        => TypedResults.Ok(new Revoked(await shares.RevokeAllAsync(ct)));

    private static async Task<Results<Ok<NewShare>, ProblemHttpResult>> RenewAsync(string id, IShares shares, HttpRequest http,
        CancellationToken ct)
        => await shares.RenewAsync(id, ct) is { } made ? TypedResults.Ok(WithAddress(made, shares, http)) : Missing(id);

    private static async Task<Results<Ok<IReadOnlyList<SharedImageView>>, ProblemHttpResult>> ImagesAsync(string id, IShares shares,
        CancellationToken ct)
        => await shares.ListImagesAsync(id, ct) is { } images ? TypedResults.Ok(images) : Missing(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(string id, string image, bool withdrawn, IShares shares,
        CancellationToken ct)
        => await shares.WithdrawAsync(id, image, withdrawn, ct)
            ? TypedResults.NoContent()
            : TypedResults.Problem($"There is no image '{image}' in a share '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private static NewShare WithAddress(NewShare made, IShares shares, HttpRequest http)
    {
        var address = $"{http.Scheme}://{http.Host}{made.Path}";
        return made with { Address = address, QrCode = shares.DrawQrCode(address) };
    }

    private static ProblemHttpResult Missing(string id)
        => TypedResults.Problem($"There is no share '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
