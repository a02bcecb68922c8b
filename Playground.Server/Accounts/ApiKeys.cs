using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>Keys by which programs act for an account. Only their hashes are kept.</summary>
internal sealed class ApiKeys(Database database, AccountStates states, TimeProvider clock, ILogger<ApiKeys> log)
{
    /// <summary>Keys that an account may have at once.</summary>
    public const int Most = 50;

    private const int MaxDays = 366, MaxName = 64;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key.</summary>
    /// <returns>Its id, and the key, which is not kept.</returns>
    /// <exception cref="RequestException">A value is out of its range, or there are too many.</exception>
    public async Task<(string Id, string Key)> CreateAsync(string account, string? name, Permission scope, int days, CancellationToken ct)
    {
        name = name?.Trim() ?? "";
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            throw RequestException.Invalid("name", $"The name has {name.Length} characters; it must have 1 to {MaxName}, all printable.");
        if (days is < 1 or > MaxDays)
            throw RequestException.Invalid("days", $"The key would expire after {days} days; it must be 1 to {MaxDays}.");
        if (scope is not (Permission.View or Permission.Create))
            throw RequestException.Invalid("scope", "A key may view, or view and create. Administration needs a session.");
        var key = Secret.New(Secret.KeyPrefix);
        var now = clock.GetUtcNow();
        var row = new ApiKeyRow
        {
            Id = Guid.NewGuid().ToString("N"),
            AccountId = account,
            Name = name,
            Hash = Secret.HashOf(key),
            Prefix = key[..(Secret.KeyPrefix.Length + 4)],
            Scope = scope,
            Created = now,
            Expires = now.AddDays(days),
        };
        var made = await database.TransactAsync(async db =>
        {
            if (await db.Set<ApiKeyRow>().CountAsync(k => k.AccountId == account && k.Revoked == null && k.Expires > now, ct) >= Most)
                return false;
            db.Add(row);
            await db.SaveChangesAsync(ct);
            return true;
        }, ct);
        return made ? (row.Id, key) : throw RequestException.Conflict($"You have {Most} API keys, which is the limit. Revoke one first.");
    }

    /// <summary>
    /// Those of an account that have not been revoked, the newest first; expired ones too, so that one sees why they fail.
    /// </summary>
    public async Task<IReadOnlyList<ApiKeyView>> ListAsync(string account, CancellationToken ct) => [.. (await database.ReadAsync(
        db => db.Set<ApiKeyRow>().Where(k => k.AccountId == account && k.Revoked == null).OrderByDescending(k => k.Created)
            .ToListAsync(ct), ct)).Select(k => new ApiKeyView(k.Id, k.Name, k.Prefix, k.Scope, k.Created.UtcDateTime,
                k.Expires.UtcDateTime, k.LastUsed?.UtcDateTime))];

    /// <returns>False: the account has no such key, or it had been revoked.</returns>
    public async Task<bool> RevokeAsync(string account, string id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await database.WriteAsync(db => db.Set<ApiKeyRow>().Where(k => k.Id == id && k.AccountId == account && k.Revoked == null)
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.Revoked, now), ct), ct) > 0;
    }

    /// <summary>Whom a key acts for; null: it is unknown, expired or revoked, or its account is locked.</summary>
    public async Task<ClaimsPrincipal?> FindAsync(string key, CancellationToken ct)
    {
        if (!Secret.IsPlausible(key, Secret.KeyPrefix)) return null;
        var (hash, now) = (Secret.HashOf(key), clock.GetUtcNow());
        var row = await database.ReadAsync(db => db.Set<ApiKeyRow>()
            .SingleOrDefaultAsync(k => k.Hash == hash && k.Revoked == null && k.Expires > now, ct), ct);
        if (row is null || await states.FindAsync(row.AccountId, ct) is not { IsDisabled: false } state) return null;
        await NoteUseAsync(row, now, ct);
        var identity = AccountStates.IdentityOf(state, Schemes.Key, AccountRole.PermissionsOf(state.Role).Where(p => p <= row.Scope));
        identity.AddClaim(new Claim(Policies.KeyClaim, row.Id));
        return new ClaimsPrincipal(identity);
    }

    private async Task NoteUseAsync(ApiKeyRow row, DateTimeOffset now, CancellationToken ct)
    {
        if (now - row.LastUsed < s_minute) return;
        try
        {
            await database.WriteAsync(db => db.Set<ApiKeyRow>().Where(k => k.Id == row.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsed, now), ct), ct);
        }
        catch (StorageUnavailableException e)
        {
            // A full disk is no reason to refuse those who only read.
            log.LogDebug("The use of an API key could not be noted: {Message}", e.Message);
        }
    }
}
