using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;
using Playground.Server.Hosting;
using QRCoder;

namespace Playground.Server.Shares;

/// <summary>The caller's shares, for the pages and the HTTP API.</summary>
internal sealed class ShareService(ShareStore store, ShareContents contents, IPasswordHasher<ShareRow> hasher, ICurrentOwner owner,
    IStringLocalizer<ShareTexts> texts, TimeProvider clock) : IShares
{
    private const int MaxListed = 500, MaxAddress = 2000;

    public async Task<NewShare> AddAsync(ShareRequest request, CancellationToken ct)
    {
        ShareRules.Check(request, clock.GetUtcNow());
        var token = ShareToken.Draw();
        var share = await DraftAsync(request, ShareToken.HashOf(token), ct);
        await store.AddAsync(share, request.Kind == ShareKind.Selection ? [.. request.Images.Distinct()] : [], ct);
        return new NewShare(share.ToView(clock.GetUtcNow()), $"/s/{token}");
    }

    public async Task<IReadOnlyList<ShareView>> ListAsync(CancellationToken ct)
        => [.. (await store.ListAsync(owner.Id, ct)).Select(s => s.ToView(clock.GetUtcNow()))];

    public async Task<ShareView?> FindAsync(string id, CancellationToken ct)
        => (await store.FindAsync(id, owner.Id, ct))?.ToView(clock.GetUtcNow());

    public async Task<NewShare?> RenewAsync(string id, CancellationToken ct)
    {
        var token = ShareToken.Draw();
        if (!await store.RenewAsync(id, owner.Id, ShareToken.HashOf(token), ct)) return null;
        return await FindAsync(id, ct) is { } share ? new NewShare(share, $"/s/{token}") : null;
    }

    public Task<bool> RevokeAsync(string id, CancellationToken ct) => store.RemoveAsync(id, owner.Id, ct);

    public Task<int> RevokeAllAsync(CancellationToken ct) => store.RemoveAllAsync(owner.Id, ct);

    public async Task<IReadOnlyList<SharedImageView>?> ListImagesAsync(string id, CancellationToken ct)
    {
        if (await store.FindAsync(id, owner.Id, ct) is not { } share) return null;
        var withdrawn = await store.ListWithdrawnAsync(id, ct);
        var (_, images) = await contents.ListAsync(share, 0, MaxListed, withdrawnToo: true, ct);
        return [.. images.Select(i => new SharedImageView(i.Image, share.Kind == ShareKind.Run
            ? $"/api/v1/jobs/{share.Target}/{i.Image}.png"
            : $"/api/v1/gallery/images/{i.Image}.webp?side=128", withdrawn.Contains(i.Image)))];
    }

    public async Task<bool> WithdrawAsync(string id, string image, bool withdrawn, CancellationToken ct)
    {
        if (await store.FindAsync(id, owner.Id, ct) is not { } share
            || await contents.FindAsync(share, image, withdrawnToo: true, ct) is null) return false;
        await store.WithdrawAsync(id, image, withdrawn, ct);
        return true;
    }

    public string DrawQrCode(string address)
    {
        if (address.Length is 0 or > MaxAddress)
            throw RequestException.Invalid("address", $"The address has {address.Length:N0} characters; the limit is {MaxAddress:N0}.");
        using var data = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4);
    }

    public async Task<KeptRecipe?> FindRecipeAsync(string token, string? image, CancellationToken ct)
    {
        if (await store.FindByTokenAsync(token, ct) is not { Remix: true } share) return null;
        // Names of images are known only to those who have seen the page.
        if (image is null && share.PasswordHash is not null) return null;
        var shown = image is null
            ? (await contents.ListAsync(share, 0, 1, withdrawnToo: false, ct)).Images.FirstOrDefault()
            : new SharedImageNames(token, share).Find(image) is { } own ? await contents.FindAsync(share, own, false, ct) : null;
        return shown is not null && await contents.FindRecipeAsync(share, shown, ct) is { } found
            ? new KeptRecipe(found.Request, share.Title, image is null ? $"s/{token}" : $"s/{token}/{image}") : null;
    }

    // The row, once it is certain that there is something to share and that it is the caller's.
    private async Task<ShareRow> DraftAsync(ShareRequest request, string tokenHash, CancellationToken ct)
    {
        var target = request.Kind is ShareKind.Gallery or ShareKind.Selection ? null : request.Target;
        var title = ShareRules.LineOf(request.Title);
        var draft = RowOf("", "");
        if (request.Kind == ShareKind.Board && await contents.FindBoardAsync(draft, ct) is null)
            throw RequestException.Missing($"There is no board '{target}'.");
        if (request.Kind == ShareKind.Selection) await RequireAllAsync(request.Images, ct);
        var report = await contents.FindReportAsync(draft, ct);
        var count = request.Kind == ShareKind.Selection
            ? request.Images.Count
            : (await contents.ListAsync(draft, 0, 1, withdrawnToo: true, ct)).Total;
        if (report is null && count == 0) throw Nothing(request);
        if (title.Length == 0)
        {
            title = request.Kind switch
            {
                ShareKind.Gallery => texts["TitleGallery"].Value,
                ShareKind.Board => await contents.FindBoardAsync(draft, ct) ?? "",
                ShareKind.Report => report!.Title,
                _ => texts.Plural("TitleImages", count),
            };
        }
        return RowOf(ShareRules.Shorten(title), request.Password is null ? null : hasher.HashPassword(draft, request.Password));

        ShareRow RowOf(string named, string? password) => new()
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Owner = owner.Id,
            TokenHash = tokenHash,
            Kind = request.Kind,
            Target = target,
            Cell = request.Cell,
            Title = named,
            Note = request.Note.Trim(),
            Created = clock.GetUtcNow(),
            Expires = request.Expires,
            PasswordHash = password,
            Indexed = request.Indexed,
            Metadata = request.Metadata,
            Remix = request.Remix,
        };
    }

    private async Task RequireAllAsync(IReadOnlyList<string> images, CancellationToken ct)
    {
        var there = await contents.ListOwnAsync(owner.Id, images, ct);
        if (images.FirstOrDefault(i => !there.Contains(i)) is { } missing)
            throw RequestException.Missing($"There is no image '{missing}' in the gallery.");
    }

    private static RequestException Nothing(ShareRequest request) => request.Kind switch
    {
        ShareKind.Gallery => RequestException.Conflict("The gallery has no images. Save some first, then share it."),
        ShareKind.Board => RequestException.Conflict("The board has no images. Move some to it first, then share it."),
        ShareKind.Image => RequestException.Missing($"There is no image '{request.Target}' in the gallery."),
        ShareKind.Run => RequestException.Missing($"There is no run '{request.Target}' with images. Share one that has finished."),
        _ => RequestException.Missing($"There is no report {request.Cell} of an evaluation '{request.Target}'."),
    };
}
