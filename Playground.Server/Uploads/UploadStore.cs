using System.Globalization;
using Dapper;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>Uploads in the database. Everything asked for by a person is scoped by owner.</summary>
internal sealed class UploadStore(Database database)
{
    public async Task InsertAsync(Upload upload, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO uploads (id, owner, name, length, metadata, dataset, sha256, created, expires) VALUES (@Id, @Owner, @Name, @Length, @Metadata, @Dataset, @Sha256, @Created, @Expires)", upload);
    }

    public async Task<Upload?> FindAsync(string id, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.QuerySingleOrDefaultAsync<Upload>("SELECT * FROM uploads WHERE id = @id AND owner = @owner", new { id, owner });
    }

    /// <summary>The uploads of a data set, in the order in which they were begun.</summary>
    public async Task<IReadOnlyList<Upload>> OfDatasetAsync(string dataset, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<Upload>("SELECT * FROM uploads WHERE dataset = @dataset ORDER BY created, rowid", new { dataset })];
    }

    /// <summary>Gives complete uploads of the owner, which no data set has, to a data set.</summary>
    /// <returns>How many were given.</returns>
    public async Task<int> AttachAsync(IReadOnlyCollection<string> ids, string dataset, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteAsync("UPDATE uploads SET dataset = @dataset WHERE id IN @ids AND owner = @owner AND dataset IS NULL AND sha256 IS NOT NULL", new { ids, dataset, owner });
    }

    public async Task ProlongAsync(string id, DateTime expires, string? sha256, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE uploads SET expires = @expires, sha256 = COALESCE(@sha256, sha256) WHERE id = @id", new { id, expires = TextOf(expires), sha256 });
    }

    public async Task DeleteAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("DELETE FROM uploads WHERE id = @id", new { id });
    }

    /// <summary>Those whose time is over, of all owners, unless a data set is being made of them.</summary>
    public async Task<IReadOnlyList<string>> ExpiredAsync(DateTime now, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<string>("SELECT u.id FROM uploads u LEFT JOIN datasets d ON d.id = u.dataset WHERE u.expires < @now AND (d.status IS NULL OR d.status <> 'inspecting')", new { now = TextOf(now) })];
    }

    public async Task<bool> ExistsAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM uploads WHERE id = @id", new { id }) > 0;
    }

    /// <summary>Those that are not complete, of all owners: the disk must still take the rest of them.</summary>
    public async Task<IReadOnlyList<(string Id, long Length)>> UnfinishedAsync(CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<(string, long)>("SELECT id, length FROM uploads WHERE sha256 IS NULL")];
    }

    /// <summary>Whether the owner has such a data set, and it waits for uploads.</summary>
    public async Task<bool> TakesUploadsAsync(string dataset, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM datasets WHERE id = @dataset AND owner = @owner AND status = 'draft'", new { dataset, owner }) > 0;
    }

    // Of one length and in UTC, so that the texts sort as the times do.
    public static string TextOf(DateTime time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
