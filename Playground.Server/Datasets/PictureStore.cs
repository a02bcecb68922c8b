using Dapper;
using Playground.Client.Contracts;
using Playground.Server.Datasets.Inspection;
using Playground.Server.Datasets.Versions;
using Playground.Server.Storage;

namespace Playground.Server.Datasets;

/// <summary>A picture as far as edits look at it.</summary>
internal sealed record PictureKey(long Number, long? Class, string Pixels, long? Duplicates);

/// <summary>A row of <c>dataset_pictures</c> as a version shows it; <c>Excluded</c> is null where it is taken.</summary>
internal sealed record PictureRow(long Number, string Name, long? Class, string? Caption, long Width, long Height, long? Excluded, long? Duplicates, long Exact);

/// <summary>The pictures of data sets and what versions leave out. Callers have made sure of the owner.</summary>
internal sealed class PictureStore(Database database)
{
    private const string FromVersion = "FROM dataset_pictures p LEFT JOIN dataset_exclusions e ON e.dataset = p.dataset AND e.version = @version AND e.number = p.number WHERE p.dataset = @dataset";

    /// <summary>Makes the data set ready: its pictures, its report and its first version, all or nothing.</summary>
    public async Task PublishAsync(string dataset, Inspection.Inspection inspection, string report, VersionRow first, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.ExecuteAsync(
            "INSERT INTO dataset_pictures (dataset, number, name, class, caption, width, height, channels, offset, length, pixels, duplicates, exact) VALUES (@dataset, @number, @Name, @Class, @Caption, @Width, @Height, @Channels, @Offset, @Length, @Pixels, @Group, @IsExact)",
            inspection.Pictures.Select((p, number) => new { dataset, number, p.Name, p.Class, p.Caption, p.Width, p.Height, p.Channels, p.Offset, p.Length, p.Pixels, p.Group, p.IsExact }), transaction);
        await InsertVersionAsync(db, first, transaction);
        await db.ExecuteAsync("UPDATE datasets SET status = 'ready', error = NULL, report = @report, pack = @pack, bytes = @bytes WHERE id = @dataset", new { dataset, report, pack = inspection.PackHash, bytes = inspection.PackBytes }, transaction);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Adds a version that is to be packed, with the next number.</summary>
    public async Task<int> AddVersionAsync(VersionRow version, IReadOnlyCollection<long> excluded, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await using var transaction = await db.BeginTransactionAsync(ct);
        var number = await db.ExecuteScalarAsync<long>("SELECT COALESCE(MAX(version), 0) + 1 FROM dataset_versions WHERE dataset = @Dataset", version, transaction);
        await InsertVersionAsync(db, version with { Version = number }, transaction);
        await db.ExecuteAsync("INSERT INTO dataset_exclusions (dataset, version, number) VALUES (@dataset, @version, @number)", excluded.Select(n => new { dataset = version.Dataset, version = number, number = n }), transaction);
        await transaction.CommitAsync(ct);
        return (int)number;
    }

    public async Task<IReadOnlyList<PictureKey>> KeysAsync(string dataset, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<PictureKey>("SELECT number, class, pixels, duplicates FROM dataset_pictures WHERE dataset = @dataset ORDER BY number", new { dataset })];
    }

    public async Task<HashSet<long>> ExcludedAsync(string dataset, long version, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<long>("SELECT number FROM dataset_exclusions WHERE dataset = @dataset AND version = @version", new { dataset, version })];
    }

    /// <summary>The pictures of a version in order, for packing.</summary>
    public async Task<IReadOnlyList<VersionPicture>> OfVersionAsync(string dataset, long version, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        var rows = await db.QueryAsync<(long Offset, long Length, long? Class, string? Caption)>($"SELECT p.offset, p.length, p.class, p.caption {FromVersion} AND e.number IS NULL ORDER BY p.number", new { dataset, version });
        return [.. rows.Select(r => new VersionPicture(r.Offset, (int)r.Length, (int?)r.Class, r.Caption))];
    }

    public async Task<VersionPicture?> FindAsync(string dataset, int number, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        var rows = await db.QueryAsync<(long Offset, long Length)>("SELECT offset, length FROM dataset_pictures WHERE dataset = @dataset AND number = @number", new { dataset, number });
        return rows.Select(r => new VersionPicture(r.Offset, (int)r.Length, null, null)).FirstOrDefault();
    }

    /// <param name="dataset">The data set.</param>
    /// <param name="version">Decides what is excluded.</param>
    /// <param name="query">What is asked for; its class is given by <paramref name="classes"/>.</param>
    /// <param name="classes">The classes that the pictures came with; null: any.</param>
    /// <param name="ct">Stops the question.</param>
    public async Task<(int Total, IReadOnlyList<PictureRow> Rows)> PageAsync(string dataset, long version, DatasetPictureQuery query, IReadOnlyList<int>? classes, CancellationToken ct)
    {
        var where = FromVersion
            + (classes is null ? "" : " AND p.class IN @classes")
            + query.Excluded switch { true => " AND e.number IS NOT NULL", false => " AND e.number IS NULL", null => "" }
            + query.Duplicates switch { null => "", "exact" => " AND p.exact = 1", _ => " AND p.duplicates IS NOT NULL" }
            + (query.Group is null ? "" : " AND p.duplicates = @group");
        var order = query.Duplicates is null && query.Group is null ? "p.number" : "p.duplicates, p.pixels, p.number";
        var values = new { dataset, version, classes, group = query.Group, query.Skip, query.Take };
        await using var db = await database.OpenAsync(ct);
        var total = await db.ExecuteScalarAsync<long>($"SELECT COUNT(*) {where}", values);
        var rows = await db.QueryAsync<PictureRow>($"SELECT p.number, p.name, p.class, p.caption, p.width, p.height, e.number AS excluded, p.duplicates, p.exact {where} ORDER BY {order} LIMIT @Take OFFSET @Skip", values);
        return ((int)total, [.. rows]);
    }

    private static Task InsertVersionAsync(System.Data.Common.DbConnection db, VersionRow version, System.Data.Common.DbTransaction transaction)
        => db.ExecuteAsync("INSERT INTO dataset_versions (dataset, version, status, recipe, count, hash, bytes, error, created) VALUES (@Dataset, @Version, @Status, @Recipe, @Count, @Hash, @Bytes, @Error, @Created)", version, transaction);
}
