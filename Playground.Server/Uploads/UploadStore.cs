using Microsoft.EntityFrameworkCore;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>Uploads in the database. Everything asked for by a person is scoped by owner.</summary>
internal sealed class UploadStore(Database database)
{
    /// <returns>False when its data set is not there.</returns>
    public async Task<bool> InsertAsync(Upload upload, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(upload);
                return db.SaveChangesAsync(ct);
            }, ct);
            return true;
        }
        catch (DbUpdateException e) when (StorageFailures.IsOrphan(e))
        {
            return false;
        }
    }

    public Task<Upload?> FindAsync(string id, string owner, CancellationToken ct)
        => database.ReadAsync(db => db.Set<Upload>().SingleOrDefaultAsync(u => u.Id == id && u.Owner == owner, ct), ct);

    /// <summary>The uploads of a data set, in the order in which they were begun.</summary>
    public Task<List<Upload>> OfDatasetAsync(string dataset, CancellationToken ct) => database.ReadAsync(db => db.Set<Upload>()
        .Where(u => u.DatasetId == dataset).OrderBy(u => u.Created).ThenBy(u => u.Id).ToListAsync(ct), ct);

    /// <summary>The uploads of all of an owner's data sets, in the order in which they were begun.</summary>
    public Task<List<Upload>> OfDatasetsAsync(string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<Upload>()
        .Where(u => u.Owner == owner && u.DatasetId != null).OrderBy(u => u.Created).ThenBy(u => u.Id).ToListAsync(ct), ct);

    /// <summary>Gives complete uploads of the owner, which no data set has, to a data set.</summary>
    /// <returns>How many were given.</returns>
    public Task<int> AttachAsync(IReadOnlyCollection<string> ids, string dataset, string owner, CancellationToken ct)
        => database.WriteAsync(db => db.Set<Upload>()
        .Where(u => ids.Contains(u.Id) && u.Owner == owner && u.DatasetId == null && u.Sha256 != null)
        .ExecuteUpdateAsync(set => set.SetProperty(u => u.DatasetId, dataset), ct), ct);

    /// <summary>Keeps the upload until <paramref name="expires"/>; with a hash it is complete from here on.</summary>
    public Task ProlongAsync(string id, DateTimeOffset expires, string? sha256, CancellationToken ct)
        => database.WriteAsync(db => db.Set<Upload>()
        .Where(u => u.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Expires, expires).SetProperty(u => u.Sha256, u => sha256 ?? u.Sha256), ct), ct);

    public Task DeleteAsync(string id, CancellationToken ct)
        => database.WriteAsync(db => db.Set<Upload>().Where(u => u.Id == id).ExecuteDeleteAsync(ct), ct);

    /// <summary>Those whose time is over, of all owners, unless they belong to what is being read.</summary>
    public Task<List<string>> ExpiredAsync(DateTimeOffset now, IReadOnlyCollection<string> reading, CancellationToken ct)
        => database.ReadAsync(db => db.Set<Upload>()
            .Where(u => u.Expires < now && (u.DatasetId == null || !reading.Contains(u.DatasetId))).Select(u => u.Id).ToListAsync(ct), ct);

    public Task<bool> ExistsAsync(string id, CancellationToken ct)
        => database.ReadAsync(db => db.Set<Upload>().AnyAsync(u => u.Id == id, ct), ct);

    /// <summary>Those that are not complete, of all owners: the disk must still take the rest of them.</summary>
    public Task<List<Upload>> UnfinishedAsync(CancellationToken ct)
        => database.ReadAsync(db => db.Set<Upload>().Where(u => u.Sha256 == null).ToListAsync(ct), ct);
}
