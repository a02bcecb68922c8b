using Microsoft.EntityFrameworkCore;
using Playground.Server.Storage;

namespace Playground.Server.Sampling.History;

/// <summary>Which runs are pinned, in the database.</summary>
internal sealed class RunPins(Database database, TimeProvider clock)
{
    /// <summary>Most runs that an owner pins.</summary>
    public const int MaxPins = 200;

    /// <summary>Ids of the owner's pinned runs.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(string owner, CancellationToken ct)
        => (await database.ReadAsync(db => db.Set<PinnedRunRow>().Where(p => p.Owner == owner).Select(p => p.JobId).ToListAsync(ct), ct))
            .ToHashSet();

    public Task<bool> IsPinnedAsync(string job, CancellationToken ct)
        => database.ReadAsync(db => db.Set<PinnedRunRow>().AnyAsync(p => p.JobId == job, ct), ct);

    /// <summary>Pins a run that is there and the owner's; one that is pinned stays so.</summary>
    public async Task PinAsync(string job, string owner, CancellationToken ct)
    {
        if (await IsPinnedAsync(job, ct)) return;
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(new PinnedRunRow { JobId = job, Owner = owner, Pinned = clock.GetUtcNow() });
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e))
        {
            // It was pinned twice at once.
        }
    }

    /// <summary>Lets a run go; one that is not pinned stays so.</summary>
    public Task UnpinAsync(string job, string owner, CancellationToken ct)
        => database.WriteAsync(db => db.Set<PinnedRunRow>().Where(p => p.JobId == job && p.Owner == owner).ExecuteDeleteAsync(ct), ct);
}
