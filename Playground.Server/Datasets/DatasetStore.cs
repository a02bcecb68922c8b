using Dapper;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>Data sets and their versions in the database. Everything asked for by a person is scoped by owner.</summary>
internal sealed class DatasetStore(Database database, DatasetFiles files)
{
    public async Task InsertAsync(DatasetRow row, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO datasets (id, owner, name, status, address, created) VALUES (@Id, @Owner, @Name, @Status, @Address, @Created)", row);
    }

    public async Task<DatasetRow?> FindAsync(string id, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.QuerySingleOrDefaultAsync<DatasetRow>("SELECT * FROM datasets WHERE id = @id AND owner = @owner", new { id, owner });
    }

    public async Task<IReadOnlyList<DatasetRow>> ListAsync(string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<DatasetRow>("SELECT id, owner, name, status, address, error, pack, bytes, created FROM datasets WHERE owner = @owner ORDER BY created DESC, rowid DESC", new { owner })];
    }

    /// <summary>The versions of a data set, oldest first.</summary>
    public async Task<IReadOnlyList<VersionRow>> VersionsAsync(string dataset, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<VersionRow>("SELECT * FROM dataset_versions WHERE dataset = @dataset ORDER BY version", new { dataset })];
    }

    /// <summary>Data sets and versions that a stopped server left in the making, as <c>(id, owner, version or 0)</c>.</summary>
    public async Task<IReadOnlyList<(string Id, string Owner, long Version)>> UnfinishedAsync(CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<(string, string, long)>("""
            SELECT id, owner, 0 FROM datasets WHERE status = 'inspecting'
            UNION ALL SELECT d.id, d.owner, v.version FROM dataset_versions v JOIN datasets d ON d.id = v.dataset WHERE v.status = 'inspecting'
            """)];
    }

    /// <summary>Changes the state from one that it must be in.</summary>
    /// <returns>False when it is in another.</returns>
    public async Task<bool> MoveAsync(string id, string from, string to, string? error, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteAsync("UPDATE datasets SET status = @to, error = @error WHERE id = @id AND status = @from", new { id, from, to, error }) > 0;
    }

    public async Task RenameAsync(string id, string owner, string name, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE datasets SET name = @name WHERE id = @id AND owner = @owner", new { id, owner, name });
    }

    public async Task EndVersionAsync(string dataset, long version, string status, string? hash, long bytes, string? error, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE dataset_versions SET status = @status, hash = @hash, bytes = @bytes, error = @error WHERE dataset = @dataset AND version = @version", new { dataset, version, status, hash, bytes, error });
    }

    /// <summary>Removes a data set, and its files as far as no other has the same content.</summary>
    public async Task DeleteAsync(string id, string owner, CancellationToken ct)
    {
        using var change = await files.ChangeAsync(ct);
        await using var db = await database.OpenAsync(ct);
        await using var transaction = await db.BeginTransactionAsync(ct);
        var pack = await db.ExecuteScalarAsync<string?>("SELECT pack FROM datasets WHERE id = @id AND owner = @owner", new { id, owner }, transaction);
        var hashes = (await db.QueryAsync<string>("SELECT DISTINCT hash FROM dataset_versions WHERE dataset = @id AND hash IS NOT NULL", new { id }, transaction)).ToList();
        await db.ExecuteAsync("DELETE FROM datasets WHERE id = @id AND owner = @owner", new { id, owner }, transaction);
        var packIsKept = await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM datasets WHERE pack = @pack", new { pack }, transaction) > 0;
        var kept = (await db.QueryAsync<string>("SELECT DISTINCT hash FROM dataset_versions WHERE hash IN @hashes", new { hashes }, transaction)).ToHashSet();
        await transaction.CommitAsync(ct);
        if (pack is not null && !packIsKept) File.Delete(files.PackOf(pack));
        foreach (var hash in hashes.Where(h => !kept.Contains(h))) File.Delete(files.VersionOf(hash));
    }

    /// <summary>Removes drafts that nothing was uploaded to in time.</summary>
    public async Task SweepDraftsAsync(DateTime before, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("DELETE FROM datasets WHERE status = 'draft' AND created < @before AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.dataset = datasets.id)", new { before = UploadStore.TextOf(before) });
    }

    /// <summary>A version's pictures, for training; the caller disposes them. The content is that of the hash for as long as the version is there.</summary>
    /// <exception cref="DatasetException">The owner has no such data set or version, or the version is not ready.</exception>
    /// <exception cref="PlaygroundException">Its file is damaged.</exception>
    public async Task<StoredDataset> OpenAsync(string owner, string id, int version, CancellationToken ct)
    {
        var (row, hash) = await RequireVersionAsync(owner, id, version, ct);
        return StoredDataset.Open(files.VersionOf(hash), $"{row.Name}, version {version}");
    }

    /// <summary>A version's file and hash, for work that another process does.</summary>
    /// <exception cref="DatasetException">The owner has no such data set or version, or the version is not ready.</exception>
    public async Task<(string Path, string Hash)> LocateAsync(string owner, string id, int version, CancellationToken ct)
    {
        var (_, hash) = await RequireVersionAsync(owner, id, version, ct);
        return (files.VersionOf(hash), hash);
    }

    private async Task<(DatasetRow, string Hash)> RequireVersionAsync(string owner, string id, int version, CancellationToken ct)
    {
        var row = await FindAsync(id, owner, ct) ?? throw new DatasetException(DatasetProblem.Missing, $"There is no data set '{id}'.");
        var found = (await VersionsAsync(id, ct)).FirstOrDefault(v => v.Version == version) ?? throw new DatasetException(DatasetProblem.Missing, $"The data set '{row.Name}' has no version {version}.");
        return found is { Status: DatasetStatus.Ready, Hash: { } hash } ? (row, hash) : throw new DatasetException(DatasetProblem.Conflict, $"Version {version} of '{row.Name}' is not ready.");
    }
}
