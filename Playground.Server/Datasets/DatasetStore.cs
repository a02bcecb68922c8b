using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Server.Datasets.Versions;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>What captions of a data set can be made of.</summary>
/// <param name="Fields">Names of what its images say of themselves besides captions and classes.</param>
/// <param name="Example">One that says something.</param>
internal sealed record DatasetCaptions(IReadOnlyList<string> Fields, VersionPicture Example);

/// <summary>Data sets and their versions in the database. Everything asked for by a person is scoped by owner.</summary>
internal sealed class DatasetStore(Database database, DatasetFiles files)
{
    public Task InsertAsync(DatasetRow row, CancellationToken ct) => database.WriteAsync(db =>
    {
        db.Add(row);
        return db.SaveChangesAsync(ct);
    }, ct);

    public Task<DatasetRow?> FindAsync(string id, string owner, CancellationToken ct)
        => database.ReadAsync(db => db.Set<DatasetRow>().SingleOrDefaultAsync(d => d.Id == id && d.Owner == owner, ct), ct);

    /// <summary>The owner's data sets without their reports, newest first.</summary>
    public Task<List<DatasetRow>> ListAsync(string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<DatasetRow>()
        .Where(d => d.Owner == owner).OrderByDescending(d => d.Created).ThenByDescending(d => d.Id)
        .Select(d => new DatasetRow
        {
            Id = d.Id,
            Owner = d.Owner,
            Name = d.Name,
            Status = d.Status,
            Address = d.Address,
            JobId = d.JobId,
            Error = d.Error,
            Pack = d.Pack,
            Bytes = d.Bytes,
            Created = d.Created
        })
        .ToListAsync(ct), ct);

    /// <summary>What captions can be made of, for those of the owner's data sets in which an image has a caption or says anything else of
    /// itself.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="dataset">One of them; null: all.</param>
    /// <param name="ct">Stops the question.</param>
    public Task<Dictionary<string, DatasetCaptions>> CaptionedAsync(string owner, string? dataset, CancellationToken ct)
        => database.ReadAsync(async db =>
    {
        var sets = await db.Set<DatasetRow>().Where(d => d.Owner == owner && (dataset == null || d.Id == dataset)
            && db.Set<DatasetPictureRow>().Any(p => p.DatasetId == d.Id && (p.Caption != null || p.Fields != null)))
            .Select(d => new { d.Id, d.Report }).ToListAsync(ct);
        var found = new Dictionary<string, DatasetCaptions>();
        foreach (var set in sets)
        {
            // The first that says most.
            var example = await db.Set<DatasetPictureRow>()
                .Where(p => p.DatasetId == set.Id && (p.Caption != null || p.Fields != null))
                .OrderBy(p => p.Caption == null).ThenBy(p => p.Fields == null).ThenBy(p => p.Number)
                .Select(p => new VersionPicture(p.Offset, p.Length, p.Class, p.Caption, p.Fields)).FirstAsync(ct);
            var report = StoredReport.Read(set.Report);
            found[set.Id] = new DatasetCaptions(report?.Fields ?? [], example);
        }
        return found;
    }, ct);

    /// <summary>The versions of a data set, oldest first.</summary>
    public Task<List<VersionRow>> VersionsAsync(string dataset, CancellationToken ct)
        => database.ReadAsync(db => db.Set<VersionRow>().Where(v => v.DatasetId == dataset).OrderBy(v => v.Version).ToListAsync(ct), ct);

    /// <summary>The versions of all of an owner's data sets, oldest first.</summary>
    public Task<List<VersionRow>> VersionsOfAsync(string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<VersionRow>()
        .Where(v => db.Set<DatasetRow>().Any(d => d.Id == v.DatasetId && d.Owner == owner)).OrderBy(v => v.DatasetId).ThenBy(v => v.Version)
        .ToListAsync(ct), ct);

    /// <summary>The owner's data sets with the versions that are ready, newest data set and oldest version first.</summary>
    public async Task<IReadOnlyList<(DatasetRow Dataset, IReadOnlyList<VersionRow> Versions)>> ReadyAsync(string owner,
        CancellationToken ct)
    {
        var versions = (await VersionsOfAsync(owner, ct)).Where(v => v.Status == DatasetStatus.Ready).ToLookup(v => v.DatasetId);
        return [.. (await ListAsync(owner, ct)).Select(d => (d, (IReadOnlyList<VersionRow>)[.. versions[d.Id]]))];
    }

    /// <summary>The version that a job packs; null where there is none.</summary>
    public Task<VersionRow?> VersionOfJobAsync(string job, CancellationToken ct)
        => database.ReadAsync(db => db.Set<VersionRow>().SingleOrDefaultAsync(v => v.JobId == job, ct), ct);

    /// <summary>A draft is being made from here on, by a job; to be done in the transaction that writes the job down.</summary>
    /// <returns>False when it is no draft.</returns>
    public static async Task<bool> BeginAsync(PlaygroundDb db, string id, string job, CancellationToken ct)
        => await db.Set<DatasetRow>().Where(d => d.Id == id && d.Status == DatasetStatus.Draft).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.Status, DatasetStatus.Inspecting).SetProperty(d => d.JobId, job), ct) > 0;

    /// <summary>Changes the state from one that it must be in.</summary>
    /// <returns>False when it is in another.</returns>
    public Task<bool> MoveAsync(string id, string from, string to, string? error, CancellationToken ct)
        => database.WriteAsync(async db => await db.Set<DatasetRow>()
        .Where(d => d.Id == id && d.Status == from)
        .ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, to).SetProperty(d => d.Error, error), ct) > 0, ct);

    public Task RenameAsync(string id, string owner, string name, CancellationToken ct) => database.WriteAsync(db => db.Set<DatasetRow>()
        .Where(d => d.Id == id && d.Owner == owner).ExecuteUpdateAsync(set => set.SetProperty(d => d.Name, name), ct), ct);

    public Task EndVersionAsync(string dataset, int version, string status, string? hash, long bytes, string? error, CancellationToken ct)
        => database.WriteAsync(db => db.Set<VersionRow>()
        .Where(v => v.DatasetId == dataset && v.Version == version)
        .ExecuteUpdateAsync(set => set.SetProperty(v => v.Status, status).SetProperty(v => v.Hash, hash).SetProperty(v => v.Bytes, bytes)
            .SetProperty(v => v.Error, error), ct), ct);

    /// <summary>Removes a data set, and its files as far as no other has the same content.</summary>
    public async Task DeleteAsync(string id, string owner, CancellationToken ct)
    {
        using var change = await files.ChangeAsync(ct);
        var (pack, hashes) = await database.TransactAsync(async db =>
        {
            var mine = db.Set<DatasetRow>().Where(d => d.Id == id && d.Owner == owner);
            var pack = await mine.Select(d => d.Pack).SingleOrDefaultAsync(ct);
            var hashes = await db.Set<VersionRow>().Where(v => v.DatasetId == id && v.Hash != null && mine.Any()).Select(v => v.Hash!)
                .Distinct().ToListAsync(ct);
            await mine.ExecuteDeleteAsync(ct);
            var isShared = await db.Set<DatasetRow>().AnyAsync(d => d.Pack == pack, ct);
            var shared = await db.Set<VersionRow>().Where(v => v.Hash != null && hashes.Contains(v.Hash)).Select(v => v.Hash!).Distinct()
                .ToListAsync(ct);
            return (isShared ? null : pack, hashes.Except(shared).ToList());
        }, ct);
        if (pack is not null) File.Delete(files.PackOf(pack));
        foreach (var hash in hashes) File.Delete(files.VersionOf(hash));
    }

    /// <summary>
    /// A version's pictures, for training; the caller disposes them. The content is that of the hash for as long as the version is there.
    /// </summary>
    /// <exception cref="RequestException">The owner has no such data set or version, or the version is not ready.</exception>
    /// <exception cref="PlaygroundException">Its file is damaged.</exception>
    public async Task<StoredDataset> OpenAsync(string owner, string id, int version, CancellationToken ct)
    {
        var (row, hash) = await RequireVersionAsync(owner, id, version, ct);
        return StoredDataset.Open(files.VersionOf(hash), $"{row.Name}, version {version}", hash);
    }

    /// <summary>A version's file and hash, for work that another process does.</summary>
    /// <exception cref="RequestException">The owner has no such data set or version, or the version is not ready.</exception>
    public async Task<(string Path, string Hash)> LocateAsync(string owner, string id, int version, CancellationToken ct)
    {
        var (_, hash) = await RequireVersionAsync(owner, id, version, ct);
        return (files.VersionOf(hash), hash);
    }

    private async Task<(DatasetRow, string Hash)> RequireVersionAsync(string owner, string id, int version, CancellationToken ct)
    {
        var row = await FindAsync(id, owner, ct) ?? throw RequestException.Missing($"There is no data set '{id}'.");
        var found = (await VersionsAsync(id, ct)).FirstOrDefault(v => v.Version == version)
            ?? throw RequestException.Missing($"The data set '{row.Name}' has no version {version}.");
        return found is { Status: DatasetStatus.Ready, Hash: { } hash }
            ? (row, hash)
            : throw RequestException.Conflict($"Version {version} of '{row.Name}' is not ready.");
    }
}
