namespace Playground.Server.Uploads;

/// <summary>All that uploads are collected for, as one.</summary>
internal sealed class UploadOwners(IEnumerable<IUploadOwner> owners) : IUploadOwner
{
    public async Task<long> UsedAsync(string owner, CancellationToken ct)
    {
        var used = 0L;
        foreach (var o in owners) used += await o.UsedAsync(owner, ct);
        return used;
    }

    public async Task<bool> TakesUploadsAsync(string id, string owner, CancellationToken ct)
    {
        foreach (var o in owners)
            if (await o.TakesUploadsAsync(id, owner, ct)) return true;
        return false;
    }

    public async Task<IReadOnlyCollection<string>> ReadingAsync(CancellationToken ct)
    {
        List<string> reading = [];
        foreach (var o in owners) reading.AddRange(await o.ReadingAsync(ct));
        return reading;
    }

    public async Task SweepAsync(DateTimeOffset before, CancellationToken ct)
    {
        foreach (var o in owners) await o.SweepAsync(before, ct);
    }
}
