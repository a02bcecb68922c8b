using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Evaluation.Reports;
using Playground.Server.Evaluations;
using Playground.Server.Gallery;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Shares;

/// <summary>An image that a share shows.</summary>
/// <param name="Image">The id of an image of the gallery, or the number of one of a run.</param>
/// <param name="Hash">Of its file.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Job">The run that made it.</param>
/// <param name="Number">Which of the run's images, from 0 on.</param>
internal sealed record SharedImage(string Image, string Hash, int Width, int Height, string Job, int Number);

/// <summary>What shares show now: whatever was deleted, moved away or withdrawn since is not there.</summary>
internal sealed class ShareContents(Database database, JobStore jobs, BlobStore blobs, ShareStore shares, EvaluationReports reports)
{
    /// <summary>Some of the images in order.</summary>
    /// <returns>How many there are in all, and those asked for.</returns>
    public async Task<(int Total, IReadOnlyList<SharedImage> Images)> ListAsync(ShareRow share, int skip, int take, bool withdrawnToo,
        CancellationToken ct)
    {
        if (share.Kind == ShareKind.Report) return (0, []);
        if (share.Kind == ShareKind.Run)
        {
            var all = await ListRunAsync(share, withdrawnToo, ct);
            return (all.Count, [.. all.Skip(skip).Take(take).Select(i => Measure(share, i.Name, i.Hash)).OfType<SharedImage>()]);
        }
        return await database.ReadAsync<(int, IReadOnlyList<SharedImage>)>(async db =>
        {
            var images = Of(db, share, withdrawnToo);
            return (await images.CountAsync(ct), await images.OrderByDescending(i => i.Saved).ThenByDescending(i => i.Id).Skip(skip)
                .Take(take).Select(i => new SharedImage(i.Id, i.Hash, i.Width, i.Height, i.JobId, i.Number)).ToListAsync(ct));
        }, ct);
    }

    /// <summary>One of the images; null where the share does not show it.</summary>
    public async Task<SharedImage?> FindAsync(ShareRow share, string image, bool withdrawnToo, CancellationToken ct)
    {
        if (share.Kind == ShareKind.Report) return null;
        if (share.Kind == ShareKind.Run)
            return (await ListRunAsync(share, withdrawnToo, ct)).FirstOrDefault(i => i.Name == image) is { Hash: { } hash }
                ? Measure(share, image, hash)
                : null;
        return await database.ReadAsync(db => Of(db, share, withdrawnToo).Where(i => i.Id == image)
            .Select(i => new SharedImage(i.Id, i.Hash, i.Width, i.Height, i.JobId, i.Number)).SingleOrDefaultAsync(ct), ct);
    }

    /// <summary>The images before and after one, in order; null where there is none.</summary>
    public async Task<(string? Before, string? After)> NeighborsAsync(ShareRow share, string image, CancellationToken ct)
    {
        if (share.Kind == ShareKind.Run)
        {
            var names = (await ListRunAsync(share, withdrawnToo: false, ct)).Select(i => i.Name).ToList();
            var at = names.IndexOf(image);
            return (at > 0 ? names[at - 1] : null, at >= 0 && at < names.Count - 1 ? names[at + 1] : null);
        }
        return await database.ReadAsync<(string?, string?)>(async db =>
        {
            var images = Of(db, share, withdrawnToo: false);
            var saved = await images.Where(i => i.Id == image).Select(i => i.Saved).SingleOrDefaultAsync(ct);
            return (
                await images.Where(i => i.Saved > saved || (i.Saved == saved && string.Compare(i.Id, image) > 0))
                    .OrderBy(i => i.Saved).ThenBy(i => i.Id).Select(i => i.Id).FirstOrDefaultAsync(ct),
                await images.Where(i => i.Saved < saved || (i.Saved == saved && string.Compare(i.Id, image) < 0))
                    .OrderByDescending(i => i.Saved).ThenByDescending(i => i.Id).Select(i => i.Id).FirstOrDefaultAsync(ct));
        }, ct);
    }

    /// <summary>The report of a share of one; null where it is gone.</summary>
    public async Task<EvaluationReport?> FindReportAsync(ShareRow share, CancellationToken ct)
        => share is { Kind: ShareKind.Report, Target: { } job } ? await reports.FindAsync(job, share.Owner, share.Cell, ct) : null;

    /// <summary>The name of the board that is shared; null where it is gone, or none is.</summary>
    public Task<string?> FindBoardAsync(ShareRow share, CancellationToken ct) => database.ReadAsync(db => db.Set<BoardRow>()
        .Where(b => b.Id == share.Target && b.Owner == share.Owner).Select(b => b.Name).SingleOrDefaultAsync(ct), ct);

    /// <summary>Those of some ids that are images of the owner's gallery.</summary>
    public async Task<HashSet<string>> ListOwnAsync(string owner, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var found = new HashSet<string>();
        foreach (var portion in ids.Chunk(500))
            found.UnionWith(await database.ReadAsync(db => db.Set<GalleryImageRow>()
                .Where(i => i.Owner == owner && i.Deleted == null && portion.Contains(i.Id)).Select(i => i.Id).ToListAsync(ct), ct));
        return found;
    }

    /// <summary>How an image was made; null where it is gone.</summary>
    public async Task<GalleryRecipe?> FindRecipeAsync(ShareRow share, SharedImage image, CancellationToken ct)
    {
        if (!File.Exists(blobs.PathOf(image.Hash))) return null;
        using var none = System.Text.Json.JsonDocument.Parse("{}");
        return GalleryRecipe.Read(await File.ReadAllBytesAsync(blobs.PathOf(image.Hash), ct), none.RootElement);
    }

    private static IQueryable<GalleryImageRow> Of(PlaygroundDb db, ShareRow share, bool withdrawnToo)
    {
        var (id, target) = (share.Id, share.Target);
        var images = db.Set<GalleryImageRow>().Where(i => i.Owner == share.Owner && i.Deleted == null);
        images = share.Kind switch
        {
            ShareKind.Gallery => images,
            ShareKind.Board => images.Where(i => i.BoardId == target),
            ShareKind.Image => images.Where(i => i.Id == target),
            _ => images.Where(i => db.Set<ShareImageRow>().Any(s => s.ShareId == id && s.ImageId == i.Id)),
        };
        return withdrawnToo ? images
            : images.Where(i => !db.Set<ShareWithdrawalRow>().Any(w => w.ShareId == id && w.Image == i.Id));
    }

    private async Task<IReadOnlyList<(string Name, string Hash)>> ListRunAsync(ShareRow share, bool withdrawnToo, CancellationToken ct)
    {
        var made = await jobs.ListPicturesAsync(share.Target ?? "", share.Owner, ct);
        if (withdrawnToo) return made;
        var withdrawn = await shares.ListWithdrawnAsync(share.Id, ct);
        return [.. made.Where(i => !withdrawn.Contains(i.Name))];
    }

    private SharedImage? Measure(ShareRow share, string name, string hash)
    {
        var path = blobs.PathOf(hash);
        if (!File.Exists(path)) return null;
        var header = PictureFile.ReadHeader(File.ReadAllBytes(path));
        return new SharedImage(name, hash, header.Width, header.Height, share.Target!, int.Parse(name, CultureInfo.InvariantCulture));
    }
}
