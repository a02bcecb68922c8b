using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>Data sets as what uploads are collected for.</summary>
internal sealed class DatasetUploads(Database database) : IUploadOwner
{
    public Task<long> UsedAsync(string owner, CancellationToken ct) => database.ReadAsync(db =>
    {
        var datasets = db.Set<DatasetRow>().Where(d => d.Owner == owner);
        return datasets.Select(d => d.Bytes)
            .Concat(db.Set<VersionRow>().Where(v => datasets.Any(d => d.Id == v.DatasetId)).Select(v => v.Bytes))
            .SumAsync(ct);
    }, ct);

    public Task<bool> TakesUploadsAsync(string id, string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<DatasetRow>()
        .AnyAsync(d => d.Id == id && d.Owner == owner && d.Status == DatasetStatus.Draft, ct), ct);

    public async Task<IReadOnlyCollection<string>> ReadingAsync(CancellationToken ct) => await database.ReadAsync(
        db => db.Set<DatasetRow>().Where(d => d.Status == DatasetStatus.Inspecting).Select(d => d.Id).ToListAsync(ct), ct);

    public Task SweepAsync(DateTimeOffset before, CancellationToken ct) => database.WriteAsync(db => db.Set<DatasetRow>()
        .Where(d => d.Status == DatasetStatus.Draft && d.Created < before && !db.Set<Upload>().Any(u => u.DatasetId == d.Id))
        .ExecuteDeleteAsync(ct), ct);
}
