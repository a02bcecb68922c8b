using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>One-time links by which people get accounts. Only the hashes of their tokens are kept.</summary>
internal sealed class Invitations(Database database, TimeProvider clock)
{
    /// <summary>The path in front of the token.</summary>
    public const string Path = "/invitations/";

    private const int MaxDays = 30, MaxNote = 64;

    /// <summary>Makes an invitation.</summary>
    /// <param name="by">The administrator; null: the server itself, for the first one. Such an invitation replaces those before it.</param>
    /// <param name="role">One of <see cref="AccountRole"/>.</param>
    /// <param name="note">Whom it is for.</param>
    /// <param name="days">Days until it expires.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Its id, and the link's path, which is not kept.</returns>
    /// <exception cref="RequestException">A value is out of its range.</exception>
    public async Task<(string Id, string Link)> CreateAsync(string? by, string? role, string? note, int days, CancellationToken ct)
    {
        note = note?.Trim() ?? "";
        if (role is null || !AccountRole.All.Contains(role))
            throw RequestException.Invalid("role", $"There is no role '{role}'; use one of {string.Join(", ", AccountRole.All)}.");
        if (note.Length > MaxNote || note.Any(char.IsControl))
            throw RequestException.Invalid("note", $"The note has {note.Length} characters; {MaxNote} are allowed, all printable.");
        if (days is < 1 or > MaxDays)
            throw RequestException.Invalid("days", $"The link would expire after {days} days; it must be 1 to {MaxDays}.");
        var token = Secret.New();
        var now = clock.GetUtcNow();
        var row = new InvitationRow
        {
            Id = Guid.NewGuid().ToString("N"),
            Hash = Secret.HashOf(token),
            Role = role,
            Note = note,
            CreatedBy = by,
            Created = now,
            Expires = now.AddDays(days),
        };
        await database.TransactAsync(async db =>
        {
            if (by is null)
                await db.Set<InvitationRow>().Where(i => i.CreatedBy == null && i.Ended == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(i => i.Ended, now), ct);
            db.Add(row);
            return await db.SaveChangesAsync(ct);
        }, ct);
        return (row.Id, Path + token);
    }

    /// <summary>Null: there is none of that token, or it is used, revoked or expired.</summary>
    public async Task<InvitationRow?> FindAsync(string token, CancellationToken ct)
    {
        if (!Secret.IsPlausible(token)) return null;
        var (hash, now) = (Secret.HashOf(token), clock.GetUtcNow());
        return await database.ReadAsync(db => db.Set<InvitationRow>()
            .SingleOrDefaultAsync(i => i.Hash == hash && i.Ended == null && i.Expires > now, ct), ct);
    }

    /// <summary>Uses the invitation up, within a transaction of the caller's. The database decides between two who come at once.</summary>
    public async Task<bool> UseAsync(PlaygroundDb db, string id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.Set<InvitationRow>().Where(i => i.Id == id && i.Ended == null && i.Expires > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Ended, now), ct) > 0;
    }

    /// <summary>Those that can be used, the newest first.</summary>
    public async Task<IReadOnlyList<InvitationView>> ListAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var rows = await database.ReadAsync(db => db.Set<InvitationRow>().Where(i => i.Ended == null && i.Expires > now)
            .OrderByDescending(i => i.Created).ToListAsync(ct), ct);
        return [.. rows.Select(ViewOf)];
    }

    /// <returns>False: there is none that could be used.</returns>
    public async Task<bool> RevokeAsync(string id, CancellationToken ct)
        => await database.WriteAsync(db => UseAsync(db, id, ct), ct);

    public static InvitationView ViewOf(InvitationRow row)
        => new(row.Id, row.Role, row.Note, row.Created.UtcDateTime, row.Expires.UtcDateTime);
}
