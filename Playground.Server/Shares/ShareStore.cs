using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Shares;

/// <summary>Shares in the database.</summary>
internal sealed class ShareStore(Database database, TimeProvider clock, IOptions<ShareOptions> options)
{
    /// <summary>Adds a share with the images of its selection.</summary>
    /// <exception cref="RequestException">There are too many shares.</exception>
    public Task AddAsync(ShareRow share, IReadOnlyList<string> images, CancellationToken ct) => database.TransactAsync(async db =>
    {
        if (await db.Set<ShareRow>().CountAsync(s => s.Owner == share.Owner, ct) >= options.Value.MaxShares)
            throw RequestException.Conflict($"There are {options.Value.MaxShares:N0} shares, which is the limit. Revoke one first.");
        db.Add(share);
        db.AddRange(images.Select(i => new ShareImageRow { ShareId = share.Id, ImageId = i }));
        return await db.SaveChangesAsync(ct);
    }, ct);

    /// <summary>The share of a link that has not ended; null for every other token.</summary>
    public async Task<ShareRow?> FindByTokenAsync(string token, CancellationToken ct)
    {
        var hash = ShareToken.HashOf(token);
        var share = await database.ReadAsync(db => db.Set<ShareRow>().SingleOrDefaultAsync(s => s.TokenHash == hash, ct), ct);
        return share?.Expires <= clock.GetUtcNow() ? null : share;
    }

    public Task<ShareRow?> FindAsync(string id, string owner, CancellationToken ct)
        => database.ReadAsync(db => db.Set<ShareRow>().SingleOrDefaultAsync(s => s.Id == id && s.Owner == owner, ct), ct);

    public Task<List<ShareRow>> ListAsync(string owner, CancellationToken ct) => database.ReadAsync(db => db.Set<ShareRow>()
        .Where(s => s.Owner == owner).OrderByDescending(s => s.Created).ThenByDescending(s => s.Id).ToListAsync(ct), ct);

    public async Task<bool> RenewAsync(string id, string owner, string tokenHash, CancellationToken ct) => await database.WriteAsync(db
        => db.Set<ShareRow>().Where(s => s.Id == id && s.Owner == owner).ExecuteUpdateAsync(set => set
            .SetProperty(s => s.TokenHash, tokenHash)
            .SetProperty(s => s.FailedTries, 0)
            .SetProperty(s => s.LockedUntil, (DateTimeOffset?)null), ct), ct) > 0;

    public async Task<bool> RemoveAsync(string id, string owner, CancellationToken ct) => await database.WriteAsync(db
        => db.Set<ShareRow>().Where(s => s.Id == id && s.Owner == owner).ExecuteDeleteAsync(ct), ct) > 0;

    public Task<int> RemoveAllAsync(string owner, CancellationToken ct) => database.WriteAsync(db
        => db.Set<ShareRow>().Where(s => s.Owner == owner).ExecuteDeleteAsync(ct), ct);

    public Task CountViewAsync(string id, CancellationToken ct) => database.WriteAsync(db => db.Set<ShareRow>().Where(s => s.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(s => s.Views, s => s.Views + 1), ct), ct);

    public Task<HashSet<string>> ListWithdrawnAsync(string share, CancellationToken ct) => database.ReadAsync(db
        => db.Set<ShareWithdrawalRow>().Where(w => w.ShareId == share).Select(w => w.Image).ToHashSetAsync(ct), ct);

    public async Task WithdrawAsync(string share, string image, bool withdrawn, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(db =>
            {
                if (!withdrawn)
                    return db.Set<ShareWithdrawalRow>().Where(w => w.ShareId == share && w.Image == image).ExecuteDeleteAsync(ct);
                db.Add(new ShareWithdrawalRow { ShareId = share, Image = image });
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e) || StorageFailures.IsOrphan(e))
        {
            // It is withdrawn already, or the whole share has ended meanwhile.
        }
    }

    /// <summary>
    /// Takes one of the tries that a share has for its password, before the password is looked at: so that many at once have no more.
    /// </summary>
    /// <returns>False while the share takes no password.</returns>
    public Task<bool> TryAsync(string id, CancellationToken ct) => database.TransactAsync(async db =>
    {
        var (now, most) = (clock.GetUtcNow(), options.Value.MaxPasswordTries);
        var share = db.Set<ShareRow>().Where(s => s.Id == id);
        await share.Where(s => s.LockedUntil != null && s.LockedUntil <= now).ExecuteUpdateAsync(set => set
            .SetProperty(s => s.FailedTries, 0).SetProperty(s => s.LockedUntil, (DateTimeOffset?)null), ct);
        var until = now + options.Value.LockTime;
        var taken = await share.Where(s => s.LockedUntil == null && s.FailedTries < most)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.FailedTries, s => s.FailedTries + 1), ct) > 0;
        await share.Where(s => s.LockedUntil == null && s.FailedTries >= most)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LockedUntil, (DateTimeOffset?)until), ct);
        return taken;
    }, ct);

    /// <summary>The password was right: the tries begin anew.</summary>
    public Task SucceedAsync(string id, CancellationToken ct) => database.WriteAsync(db => db.Set<ShareRow>().Where(s => s.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(s => s.FailedTries, 0).SetProperty(s => s.LockedUntil, (DateTimeOffset?)null), ct), ct);
}
