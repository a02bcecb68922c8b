using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>A file of an image.</summary>
internal sealed record GalleryFile(string Id, string Hash, long Bytes, string Model, long Seed);

/// <summary>Images and boards in the database. Everything is scoped by owner; ids of others' images are passed over.</summary>
internal sealed class GalleryStore(Database database, TimeProvider clock, IOptions<GalleryOptions> options) : IBlobReferences
{
    // Ids in one statement.
    private const int Portion = 500;

    public async Task<IReadOnlyCollection<string>> OfAsync(IReadOnlyCollection<string> hashes, CancellationToken ct)
        => await database.ReadAsync(db => db.Set<GalleryImageRow>().Where(i => hashes.Contains(i.Hash)).Select(i => i.Hash).Distinct()
            .ToListAsync(ct), ct);

    /// <summary>Adds images of one run of one owner. Those that are there stay as they are, but for their being deleted.</summary>
    /// <param name="images">New rows with their recipes.</param>
    /// <param name="board">The board that new ones, and those that come back, go on; null: none.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>How many are new or came back, and the ids of all by number.</returns>
    /// <exception cref="RequestException">The gallery would be too large, or there is no such board; nothing is added.</exception>
    public Task<(int Added, IReadOnlyDictionary<int, string> Ids)> AddAsync(
        IReadOnlyList<(GalleryImageRow Image, GalleryRecipeRow Recipe)> images, string? board, CancellationToken ct)
        => database.TransactAsync<(int, IReadOnlyDictionary<int, string>)>(async db =>
    {
        var (owner, run) = (images[0].Image.Owner, images[0].Image.JobId);
        if (board is not null) await RequireBoardAsync(db, owner, board, ct);
        var numbers = images.Select(i => i.Image.Number).ToList();
        var there = await db.Set<GalleryImageRow>().Where(i => i.Owner == owner && i.JobId == run && numbers.Contains(i.Number))
            .ToDictionaryAsync(i => i.Number, ct);
        var restored = there.Values.Where(i => i.Deleted is not null).ToList();
        foreach (var image in restored) (image.Deleted, image.BoardId) = (null, board);
        var added = images.Where(i => !there.ContainsKey(i.Image.Number)).ToList();
        if (added.Count > 0) await CheckRoomAsync(db, owner, added.Count, added.Sum(i => i.Image.Bytes), ct);
        foreach (var (image, recipe) in added)
        {
            image.BoardId = board;
            db.Add(image);
            db.Add(recipe);
        }
        await db.SaveChangesAsync(ct);
        return (added.Count + restored.Count, images.ToDictionary(i => i.Image.Number,
            i => there.GetValueOrDefault(i.Image.Number)?.Id ?? i.Image.Id));
    }, ct);

    public Task<GalleryPage> ListAsync(string owner, GalleryQuery query, CancellationToken ct) => database.ReadAsync(async db =>
    {
        var matching = db.Matching(owner, query);
        var total = await matching.CountAsync(ct);
        var images = query.After is { } after ? matching.After(query, GalleryCursor.Parse(after)) : matching;
        var take = query.Take ?? 100;
        var rows = await images.InOrder(query).Skip(query.Skip ?? 0).Take(take + 1)
            .Select(i => new
            {
                i.Saved,
                View = new GalleryImage(i.Id, i.Width, i.Height, i.Model, i.Seed, i.Class, i.Prompt,
                i.IsStarred, i.Rating)
            }).ToListAsync(ct);
        var next = rows.Count > take ? new GalleryCursor(rows[take - 1].Saved, rows[take - 1].View.Id).ToString() : null;
        return new GalleryPage(total, [.. rows.Take(take).Select(r => r.View)], next);
    }, ct);

    public Task<List<string>> ListIdsAsync(string owner, GalleryQuery query, CancellationToken ct)
        => database.ReadAsync(db => db.Matching(owner, query).InOrder(query).Select(i => i.Id).ToListAsync(ct), ct);

    public Task<int?> FindPlaceAsync(string owner, string id, GalleryQuery query, CancellationToken ct) => database.ReadAsync(async db =>
    {
        var matching = db.Matching(owner, query);
        if (await matching.Where(i => i.Id == id).Select(i => (DateTimeOffset?)i.Saved).SingleOrDefaultAsync(ct) is not { } saved)
            return (int?)null;
        return query.Sort == GalleryQuery.Oldest
            ? await matching.CountAsync(i => i.Saved < saved || (i.Saved == saved && string.Compare(i.Id, id) < 0), ct)
            : await matching.CountAsync(i => i.Saved > saved || (i.Saved == saved && string.Compare(i.Id, id) > 0), ct);
    }, ct);

    /// <summary>An image with its recipe and tags; null when the owner has none of that id.</summary>
    public Task<(GalleryImageRow Image, GalleryRecipeRow Recipe, List<string> Tags)?> FindAsync(string owner, string id,
        CancellationToken ct)
        => database.ReadAsync<(GalleryImageRow, GalleryRecipeRow, List<string>)?>(async db =>
    {
        var image = await db.Set<GalleryImageRow>().SingleOrDefaultAsync(i => i.Id == id && i.Owner == owner, ct);
        if (image is null) return null;
        var recipe = await db.Set<GalleryRecipeRow>().SingleAsync(r => r.ImageId == id, ct);
        var tags = await db.Set<GalleryTagRow>().Where(t => t.ImageId == id).OrderBy(t => t.Tag).Select(t => t.Tag).ToListAsync(ct);
        return (image, recipe, tags);
    }, ct);

    /// <summary>The hash of an image's file; null when the owner has none of that id.</summary>
    public Task<string?> FindHashAsync(string owner, string id, CancellationToken ct) => database.ReadAsync(db
        => db.Set<GalleryImageRow>().Where(i => i.Id == id && i.Owner == owner).Select(i => i.Hash).SingleOrDefaultAsync(ct), ct);

    /// <summary>Files of images that are not deleted, in the order in which they are named.</summary>
    public Task<IReadOnlyList<GalleryFile>> ListFilesAsync(string owner, IReadOnlyList<string> ids, CancellationToken ct)
        => database.ReadAsync<IReadOnlyList<GalleryFile>>(async db =>
    {
        var found = new Dictionary<string, GalleryFile>();
        foreach (var portion in ids.Chunk(Portion))
        {
            foreach (var file in await db.Set<GalleryImageRow>()
                .Where(i => i.Owner == owner && i.Deleted == null && portion.Contains(i.Id))
                .Select(i => new GalleryFile(i.Id, i.Hash, i.Bytes, i.Model, i.Seed)).ToListAsync(ct)) found[file.Id] = file;
        }
        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }, ct);

    public Task<GalleryFacets> GetFacetsAsync(string owner, CancellationToken ct) => database.ReadAsync(async db =>
    {
        var all = db.Set<GalleryImageRow>().Where(i => i.Owner == owner);
        var live = all.Where(i => i.Deleted == null);
        var counts = await live.GroupBy(i => 1).Select(g => new
        {
            Total = g.Count(),
            Unsorted = g.Count(i => i.BoardId == null),
            Starred = g.Count(i => i.IsStarred),
        }).SingleOrDefaultAsync(ct);
        return new GalleryFacets(counts?.Total ?? 0, counts?.Unsorted ?? 0, counts?.Starred ?? 0,
            await all.CountAsync(i => i.Deleted != null, ct), await all.SumAsync(i => i.Bytes, ct), options.Value.MaxImages,
            options.Value.MaxBytes,
            await live.GroupBy(i => i.Model).OrderBy(g => g.Key).Select(g => new GalleryFacet(g.Key, g.Count())).ToListAsync(ct),
            await live.Where(i => i.Dataset != null).GroupBy(i => i.Dataset!).OrderBy(g => g.Key)
                .Select(g => new GalleryFacet(g.Key, g.Count())).ToListAsync(ct),
            await live.GroupBy(i => i.Sampler).OrderBy(g => g.Key).Select(g => new GalleryFacet(g.Key, g.Count())).ToListAsync(ct),
            await db.Set<GalleryTagRow>().Where(t => t.Owner == owner && live.Any(i => i.Id == t.ImageId)).GroupBy(t => t.Tag)
                .OrderBy(g => g.Key).Select(g => new GalleryFacet(g.Key, g.Count())).ToListAsync(ct));
    }, ct);

    /// <summary>Changes the owner's images among those named.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="RequestException">There is no such board, or one would have too many tags; nothing is changed.</exception>
    public Task<int> EditAsync(string owner, IReadOnlyList<string> ids, GalleryEdit edit, CancellationToken ct)
        => database.TransactAsync(async db =>
    {
        var board = edit.Board is { Length: > 0 } named ? named : null;
        if (board is not null) await RequireBoardAsync(db, owner, board, ct);
        var count = 0;
        foreach (var portion in ids.Chunk(Portion))
        {
            var images = db.Set<GalleryImageRow>().Where(i => i.Owner == owner && i.Deleted == null && portion.Contains(i.Id));
            if (edit is { Starred: null, Rating: null, Board: null, Note: null }) count += await images.CountAsync(ct);
            else
            {
                count += await images.ExecuteUpdateAsync(set =>
                {
                    if (edit.Starred is { } starred) set.SetProperty(i => i.IsStarred, starred);
                    if (edit.Rating is { } rating) set.SetProperty(i => i.Rating, rating);
                    if (edit.Board is not null) set.SetProperty(i => i.BoardId, board);
                    if (edit.Note is { } note) set.SetProperty(i => i.Note, note.Trim());
                }, ct);
            }
            await EditTagsAsync(db, owner, portion, edit, ct);
        }
        return count;
    }, ct);

    /// <summary>Marks images as deleted now, or as not deleted.</summary>
    /// <returns>How many there were that were not so already.</returns>
    public Task<int> MarkAsync(string owner, IReadOnlyList<string> ids, bool deleted, CancellationToken ct)
        => database.TransactAsync(async db =>
    {
        DateTimeOffset? time = deleted ? clock.GetUtcNow() : null;
        var count = 0;
        foreach (var portion in ids.Chunk(Portion))
        {
            count += await db.Set<GalleryImageRow>()
                .Where(i => i.Owner == owner && portion.Contains(i.Id) && (i.Deleted == null) == deleted)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Deleted, time), ct);
        }
        return count;
    }, ct);

    /// <summary>Removes images for good.</summary>
    /// <returns>The hashes that they had, once for each image.</returns>
    public Task<List<string>> RemoveAsync(string owner, IReadOnlyList<string> ids, CancellationToken ct)
        => database.TransactAsync(async db =>
    {
        var hashes = new List<string>();
        foreach (var portion in ids.Chunk(Portion))
        {
            var images = db.Set<GalleryImageRow>().Where(i => i.Owner == owner && portion.Contains(i.Id));
            hashes.AddRange(await images.Select(i => i.Hash).ToListAsync(ct));
            await images.ExecuteDeleteAsync(ct);
        }
        return hashes;
    }, ct);

    /// <summary>Removes some of all owners' images that were deleted before a time.</summary>
    /// <returns>The hashes that they had; none: there are no more.</returns>
    public Task<List<string>> RemoveDeletedAsync(DateTimeOffset before, CancellationToken ct) => database.TransactAsync(async db =>
    {
        var ids = await db.Set<GalleryImageRow>().Where(i => i.Deleted != null && i.Deleted < before).OrderBy(i => i.Deleted)
            .Select(i => i.Id).Take(Portion).ToListAsync(ct);
        // One that was restored meanwhile stays.
        var images = db.Set<GalleryImageRow>().Where(i => ids.Contains(i.Id) && i.Deleted != null);
        var hashes = await images.Select(i => i.Hash).ToListAsync(ct);
        await images.ExecuteDeleteAsync(ct);
        return hashes;
    }, ct);

    public Task<List<BoardView>> ListBoardsAsync(string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<BoardRow>()
        .Where(b => b.Owner == owner).OrderBy(b => b.Name)
        .Select(b => new BoardView(b.Id, b.Name,
            db.Set<GalleryImageRow>().Count(i => i.Owner == owner && i.BoardId == b.Id && i.Deleted == null),
            db.Set<GalleryImageRow>().Where(i => i.Owner == owner && i.BoardId == b.Id && i.Deleted == null)
                .OrderByDescending(i => i.Saved).ThenByDescending(i => i.Id).Select(i => i.Id).FirstOrDefault()))
        .ToListAsync(ct), ct);

    /// <summary>A board's name; null when the owner has none of that id.</summary>
    public Task<string?> FindBoardAsync(string owner, string id, CancellationToken ct) => database.ReadAsync(db
        => db.Set<BoardRow>().Where(b => b.Id == id && b.Owner == owner).Select(b => b.Name).SingleOrDefaultAsync(ct), ct);

    /// <exception cref="RequestException">The name is taken, or there are too many boards.</exception>
    public async Task<string> AddBoardAsync(string owner, string name, CancellationToken ct)
    {
        var board = new BoardRow { Id = Guid.NewGuid().ToString("N"), Owner = owner, Name = name, Created = clock.GetUtcNow() };
        await UniqueAsync(name, () => database.TransactAsync(async db =>
        {
            if (await db.Set<BoardRow>().CountAsync(b => b.Owner == owner, ct) >= options.Value.MaxBoards)
                throw RequestException.Conflict($"There are {options.Value.MaxBoards:N0} boards, which is the limit. Delete one first.");
            db.Add(board);
            return await db.SaveChangesAsync(ct);
        }, ct));
        return board.Id;
    }

    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="RequestException">The name is taken.</exception>
    public async Task<bool> RenameBoardAsync(string owner, string id, string name, CancellationToken ct)
        => await UniqueAsync(name, () => database.WriteAsync(db => db.Set<BoardRow>().Where(b => b.Id == id && b.Owner == owner)
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Name, name), ct), ct)) > 0;

    public async Task<bool> DeleteBoardAsync(string owner, string id, CancellationToken ct) => await database.WriteAsync(db
        => db.Set<BoardRow>().Where(b => b.Id == id && b.Owner == owner).ExecuteDeleteAsync(ct), ct) > 0;

    private static async Task<int> UniqueAsync(string name, Func<Task<int>> write)
    {
        try
        {
            return await write();
        }
        catch (Exception e) when (StorageFailures.IsDuplicate(e))
        {
            throw RequestException.Invalid("name", $"There is a board '{name}' already. Choose another name.", e);
        }
    }

    private static async Task RequireBoardAsync(PlaygroundDb db, string owner, string board, CancellationToken ct)
    {
        if (!await db.Set<BoardRow>().AnyAsync(b => b.Id == board && b.Owner == owner, ct))
            throw RequestException.Invalid("board", $"There is no board '{board}'.");
    }

    private async Task CheckRoomAsync(PlaygroundDb db, string owner, int count, long bytes, CancellationToken ct)
    {
        var all = db.Set<GalleryImageRow>().Where(i => i.Owner == owner);
        var (images, size) = (await all.CountAsync(ct), await all.SumAsync(i => i.Bytes, ct));
        if (images + count > options.Value.MaxImages)
            throw RequestException.Conflict($"The gallery has {images:N0} images and takes {options.Value.MaxImages:N0}; {count:N0} more "
                + "do not fit. Delete some, also from Recently deleted, and try again.");
        if (size + bytes > options.Value.MaxBytes)
            throw RequestException.Conflict($"The gallery has {size >> 20:N0} MiB and takes {options.Value.MaxBytes >> 20:N0} MiB; "
                + "these images do not fit. Delete some, also from Recently deleted, and try again.");
    }

    private static async Task EditTagsAsync(PlaygroundDb db, string owner, string[] ids, GalleryEdit edit, CancellationToken ct)
    {
        var (removed, added) = (edit.RemoveTags.Select(GalleryRules.TagOf).Distinct().ToList(),
            edit.AddTags.Select(GalleryRules.TagOf).Distinct().ToList());
        if (removed.Count > 0)
            await db.Set<GalleryTagRow>().Where(t => t.Owner == owner && ids.Contains(t.ImageId) && removed.Contains(t.Tag))
                .ExecuteDeleteAsync(ct);
        if (added.Count == 0) return;
        var images = await db.Set<GalleryImageRow>().Where(i => i.Owner == owner && i.Deleted == null && ids.Contains(i.Id))
            .Select(i => i.Id).ToListAsync(ct);
        var there = (await db.Set<GalleryTagRow>().Where(t => t.Owner == owner && ids.Contains(t.ImageId))
            .Select(t => new { t.ImageId, t.Tag }).ToListAsync(ct)).ToLookup(t => t.ImageId, t => t.Tag);
        foreach (var image in images)
        {
            var missing = added.Except(there[image]).ToList();
            if (there[image].Count() + missing.Count > GalleryRules.MaxTags)
                throw RequestException.Invalid("addTags",
                    $"An image would have {there[image].Count() + missing.Count} tags; the limit is {GalleryRules.MaxTags}.");
            db.AddRange(missing.Select(tag => new GalleryTagRow { ImageId = image, Owner = owner, Tag = tag }));
        }
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
    }
}
