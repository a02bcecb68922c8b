using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Datasets.Inspection;
using Playground.Server.Datasets.Versions;
using Playground.Server.Storage;

namespace Playground.Server.Datasets;

/// <summary>A picture as far as edits look at it.</summary>
internal sealed record PictureKey(int Number, int? Class, string Pixels, int? Duplicates);

/// <summary>A picture as a version shows it.</summary>
internal sealed record PictureRow(int Number, string Name, int? Class, string? Caption, int Width, int Height, bool Excluded,
    int? Duplicates, bool IsExact);

/// <summary>The pictures of data sets and what versions leave out. Callers have made sure of the owner.</summary>
internal sealed class PictureStore(Database database)
{
    // Rows that are saved together: others' writes come between.
    private const int Portion = 2000;

    // Two edits of one data set at once want the same number; the later one takes the next.
    private const int MostAttempts = 5;

    /// <summary>
    /// Makes the data set ready: its pictures, its report and its first version. What was cut off before it leaves pictures that nobody
    /// sees, and that go first.
    /// </summary>
    public async Task PublishAsync(string dataset, Inspection.Inspection inspection, string report, VersionRow first, CancellationToken ct)
    {
        await RemoveAsync(dataset, ct);
        var number = 0;
        foreach (var portion in inspection.Pictures.Chunk(Portion))
            await AddAsync([.. portion.Select(p => RowOf(dataset, number++, p))], ct);
        await database.TransactAsync(async db =>
        {
            var made = await db.Set<DatasetRow>().Where(d => d.Id == dataset && d.Status == DatasetStatus.Inspecting)
                .ExecuteUpdateAsync(set => set
                .SetProperty(d => d.Status, DatasetStatus.Ready)
                .SetProperty(d => d.Error, (string?)null)
                .SetProperty(d => d.Report, report)
                .SetProperty(d => d.Pack, inspection.PackHash)
                .SetProperty(d => d.Bytes, inspection.PackBytes), ct);
            if (made == 0) return 0;
            db.Add(first);
            return await db.SaveChangesAsync(ct);
        }, ct);
    }

    /// <summary>Removes the pictures of a data set that did not become ready.</summary>
    public Task RemoveAsync(string dataset, CancellationToken ct)
        => database.WriteAsync(db => db.Set<DatasetPictureRow>().Where(p => p.DatasetId == dataset).ExecuteDeleteAsync(ct), ct);

    /// <summary>Adds a version that is to be packed, with the next number, together with the job that packs it.</summary>
    /// <param name="version">Gets its number and its job.</param>
    /// <param name="excluded">Numbers of the pictures that it leaves out.</param>
    /// <param name="writeAsync">Writes the job down, with what it is given in the same transaction; that is given the job's id.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task AddVersionAsync(VersionRow version, IReadOnlyCollection<int> excluded,
        Func<Func<PlaygroundDb, string, Task>, Task> writeAsync, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await writeAsync((db, job) =>
                {
                    version.JobId = job;
                    return InsertVersionAsync(db, version, excluded, ct);
                });
                return;
            }
            catch (DbUpdateException e) when (attempt < MostAttempts && StorageFailures.IsDuplicate(e))
            {
                // Another edit took the number.
            }
        }
    }

    public Task<List<PictureKey>> KeysAsync(string dataset, CancellationToken ct) => database.ReadAsync(db => db.Set<DatasetPictureRow>()
        .Where(p => p.DatasetId == dataset).OrderBy(p => p.Number).Select(p => new PictureKey(p.Number, p.Class, p.Pixels, p.Duplicates))
        .ToListAsync(ct), ct);

    public Task<HashSet<int>> ExcludedAsync(string dataset, int version, CancellationToken ct)
        => database.ReadAsync(db => db.Set<DatasetExclusionRow>()
        .Where(e => e.DatasetId == dataset && e.Version == version).Select(e => e.Number).ToHashSetAsync(ct), ct);

    /// <summary>The pictures of a version in order, for packing.</summary>
    public Task<List<VersionPicture>> OfVersionAsync(string dataset, int version, CancellationToken ct)
        => database.ReadAsync(db => db.Set<DatasetPictureRow>()
        .Where(p => p.DatasetId == dataset && !db.Set<DatasetExclusionRow>()
            .Any(e => e.DatasetId == dataset && e.Version == version && e.Number == p.Number))
        .OrderBy(p => p.Number).Select(p => new VersionPicture(p.Offset, p.Length, p.Class, p.Caption, p.Fields)).ToListAsync(ct), ct);

    public Task<VersionPicture?> FindAsync(string dataset, int number, CancellationToken ct)
        => database.ReadAsync(db => db.Set<DatasetPictureRow>()
        .Where(p => p.DatasetId == dataset && p.Number == number).Select(p => new VersionPicture(p.Offset, p.Length, null, null, null))
        .SingleOrDefaultAsync(ct), ct);

    /// <param name="dataset">The data set.</param>
    /// <param name="version">Decides what is excluded.</param>
    /// <param name="query">What is asked for; its class is given by <paramref name="classes"/>.</param>
    /// <param name="classes">The classes that the pictures came with; null: any.</param>
    /// <param name="ct">Stops the question.</param>
    public Task<(int Total, List<PictureRow> Rows)> PageAsync(string dataset, int version, DatasetPictureQuery query,
        IReadOnlyList<int>? classes, CancellationToken ct) => database.ReadAsync(async db =>
    {
        var pictures = db.Set<DatasetPictureRow>().Where(p => p.DatasetId == dataset);
        if (classes is not null) pictures = pictures.Where(p => p.Class != null && classes.Contains(p.Class.Value));
        if (query.Duplicates == "exact") pictures = pictures.Where(p => p.IsExact);
        else if (query.Duplicates is not null) pictures = pictures.Where(p => p.Duplicates != null);
        if (query.Group is { } group) pictures = pictures.Where(p => p.Duplicates == group);
        var rows = pictures.Select(p => new
        {
            Picture = p,
            Excluded = db.Set<DatasetExclusionRow>().Any(e => e.DatasetId == dataset && e.Version == version && e.Number == p.Number),
        });
        if (query.Excluded is { } excluded) rows = rows.Where(r => r.Excluded == excluded);
        var total = await rows.CountAsync(ct);
        var ordered = query.Duplicates is null && query.Group is null
            ? rows.OrderBy(r => r.Picture.Number)
            : rows.OrderBy(r => r.Picture.Duplicates).ThenBy(r => r.Picture.Pixels).ThenBy(r => r.Picture.Number);
        return (total, await ordered.Skip(query.Skip).Take(query.Take)
            .Select(r => new PictureRow(r.Picture.Number, r.Picture.Name, r.Picture.Class, r.Picture.Caption, r.Picture.Width,
                r.Picture.Height, r.Excluded, r.Picture.Duplicates, r.Picture.IsExact))
            .ToListAsync(ct));
    }, ct);

    private async Task AddAsync(IReadOnlyList<DatasetPictureRow> rows, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(db =>
            {
                db.AddRange(rows);
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e))
        {
            // They were written, and the answer was lost: a portion is there whole or not at all.
        }
    }

    private static async Task InsertVersionAsync(PlaygroundDb db, VersionRow version, IReadOnlyCollection<int> excluded,
        CancellationToken ct)
    {
        version.Version = 1 + (await db.Set<VersionRow>().Where(v => v.DatasetId == version.DatasetId).MaxAsync(v => (int?)v.Version, ct)
            ?? 0);
        db.Add(version);
        await db.SaveChangesAsync(ct);
        foreach (var portion in excluded.Chunk(Portion))
        {
            db.ChangeTracker.Clear();
            db.AddRange(portion.Select(number => new DatasetExclusionRow
            { DatasetId = version.DatasetId, Version = version.Version, Number = number }));
            await db.SaveChangesAsync(ct);
        }
    }

    private static DatasetPictureRow RowOf(string dataset, int number, InspectedPicture picture) => new()
    {
        DatasetId = dataset,
        Number = number,
        Name = picture.Name,
        Class = picture.Class,
        Caption = picture.Caption,
        Fields = VersionPicture.FieldsOf(picture),
        Width = picture.Width,
        Height = picture.Height,
        Channels = picture.Channels,
        Offset = picture.Offset,
        Length = picture.Length,
        Pixels = picture.Pixels,
        Duplicates = picture.Group,
        IsExact = picture.IsExact,
    };
}
