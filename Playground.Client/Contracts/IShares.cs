namespace Playground.Client.Contracts;

/// <summary>The caller's own shares: what others may see by a link.</summary>
[Needs(Permission.View)]
public interface IShares
{
    /// <summary>Makes a link. Each has a token of its own, which is told this once and not kept.</summary>
    /// <exception cref="RequestException">There is nothing to share, it is not the caller's, or a value is out of its range.</exception>
    [Needs(Permission.Create, Audit = "share.created")]
    Task<NewShare> AddAsync(ShareRequest request, CancellationToken ct);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<ShareView>> ListAsync(CancellationToken ct);

    /// <summary>Null when there is none of that id.</summary>
    Task<ShareView?> FindAsync(string id, CancellationToken ct);

    /// <summary>Gives a share another link; the one that it had ends.</summary>
    /// <returns>Null when there is none of that id.</returns>
    [Needs(Permission.Create, Audit = "share.renewed")]
    Task<NewShare?> RenewAsync(string id, CancellationToken ct);

    /// <summary>Ends a share; its link finds nothing from then on.</summary>
    /// <returns>False when there is none of that id.</returns>
    [Needs(Permission.Create, Audit = "share.revoked")]
    Task<bool> RevokeAsync(string id, CancellationToken ct);

    /// <summary>Ends all shares.</summary>
    /// <returns>How many there were.</returns>
    [Needs(Permission.Create, Audit = "share.revoked-all")]
    Task<int> RevokeAllAsync(CancellationToken ct);

    /// <summary>The images that a share shows, those withdrawn too, at most 500.</summary>
    /// <returns>Null when there is none of that id.</returns>
    Task<IReadOnlyList<SharedImageView>?> ListImagesAsync(string id, CancellationToken ct);

    /// <summary>Takes one image out of a share, or back in.</summary>
    /// <param name="id">The share.</param>
    /// <param name="image">As <see cref="SharedImageView.Image"/> names it.</param>
    /// <param name="withdrawn">Whether it is not to be shown.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>False when there is no such share, or no such image in it.</returns>
    [Needs(Permission.Create, Audit = "share.withdrawn")]
    Task<bool> WithdrawAsync(string id, string image, bool withdrawn, CancellationToken ct);

    /// <summary>Draws an address as a QR code.</summary>
    /// <param name="address">At most 2,000 characters.</param>
    /// <returns>An SVG file.</returns>
    string DrawQrCode(string address);

    /// <summary>The recipe of an image that somebody shares, where the share lets others remix it and is open to the caller; null
    /// otherwise.</summary>
    /// <param name="token">The link's.</param>
    /// <param name="image">The image's name within the share; null: the first.</param>
    /// <param name="ct">Stops it.</param>
    Task<KeptRecipe?> FindRecipeAsync(string token, string? image, CancellationToken ct);
}

/// <summary>What a share is of.</summary>
public static class ShareKind
{
    /// <summary>The whole gallery, with what is saved later.</summary>
    public const string Gallery = "gallery";

    /// <summary>A board, with what is moved to it later.</summary>
    public const string Board = "board";

    /// <summary>One image of the gallery.</summary>
    public const string Image = "image";

    /// <summary>Some images of the gallery.</summary>
    public const string Selection = "selection";

    /// <summary>The images of a run.</summary>
    public const string Run = "run";

    /// <summary>A report of an evaluation.</summary>
    public const string Report = "report";
}

/// <summary>What to share, and how.</summary>
public sealed record ShareRequest
{
    /// <summary>One of <see cref="ShareKind"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Id of the board, the image, the run or the evaluation; null for a gallery and a selection.</summary>
    public string? Target { get; init; }

    /// <summary>Ids of the images of a selection, 1 to 1,000.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Which of the evaluation's reports, from 0 on.</summary>
    public int Cell { get; init; }

    /// <summary>At most 200 characters; empty: what is shared says it.</summary>
    public string Title { get; init; } = "";

    /// <summary>At most 2,000 characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>When the link ends; null: when it is revoked.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What visitors must know, 1 to 128 characters; null: nothing.</summary>
    public string? Password { get; init; }

    /// <summary>Whether search engines may list the page.</summary>
    public bool Indexed { get; init; }

    /// <summary>Whether the images carry their recipes, and the page shows them.</summary>
    public bool Metadata { get; init; }

    /// <summary>Whether whoever may sample on this server can open the settings in Play.</summary>
    public bool Remix { get; init; } = true;
}

/// <summary>A share as its owner sees it.</summary>
/// <param name="Id">32 hexadecimal digits; not the link's token, which nobody can look up.</param>
/// <param name="Kind">One of <see cref="ShareKind"/>.</param>
/// <param name="Target">What it is of; null for a gallery and a selection.</param>
/// <param name="Title">Never empty.</param>
/// <param name="Note">Empty: none.</param>
/// <param name="Created">When, in UTC.</param>
/// <param name="Expires">When it ends, in UTC; null: when it is revoked.</param>
/// <param name="Expired">Whether it has ended.</param>
/// <param name="HasPassword">Whether visitors must know a password.</param>
/// <param name="Indexed">Whether search engines may list the page.</param>
/// <param name="Metadata">Whether the images carry their recipes.</param>
/// <param name="Remix">Whether others can open the settings in Play.</param>
/// <param name="Views">How often the page was opened.</param>
public sealed record ShareView(string Id, string Kind, string? Target, string Title, string Note, DateTime Created, DateTime? Expires,
    bool Expired, bool HasPassword, bool Indexed, bool Metadata, bool Remix, long Views);

/// <summary>A share that has just got its link.</summary>
/// <param name="Share">What its owner sees from now on.</param>
/// <param name="Path">The link's path on this server, such as <c>/s/…</c>: told this once.</param>
public sealed record NewShare(ShareView Share, string Path)
{
    /// <summary>The whole link, in answers of the HTTP API; null elsewhere.</summary>
    public string? Address { get; init; }

    /// <summary>The link as a QR code, in answers of the HTTP API: an SVG file; null elsewhere.</summary>
    public string? QrCode { get; init; }
}

/// <summary>An image that a share shows.</summary>
/// <param name="Image">What its owner calls it: an image of the gallery, or a number of a run.</param>
/// <param name="Thumbnail">A path on this server, for its owner.</param>
/// <param name="Withdrawn">Whether visitors do not see it.</param>
public sealed record SharedImageView(string Image, string Thumbnail, bool Withdrawn);
