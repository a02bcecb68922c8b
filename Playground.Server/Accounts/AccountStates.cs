using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>What decides whether a session or a key is still good.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role">One of <see cref="AccountRole"/>.</param>
/// <param name="Stamp">Changes when all sessions are to end: with the password, a passkey, a lock.</param>
/// <param name="IsDisabled">Whether it is locked by an administrator.</param>
internal sealed record AccountState(string Id, string Name, string Role, string Stamp, bool IsDisabled);

/// <summary>
/// Accounts as every request looks at them. What this process changes it sees at once; what another changes, within seconds.
/// </summary>
internal sealed class AccountStates(Database database, TimeProvider clock)
{
    /// <summary>When the session began, as a claim: it ends after so long, however busy it is.</summary>
    public const string Since = "since";

    /// <summary>The security stamp of the account when the session began, as a claim.</summary>
    public const string Stamp = "stamp";

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5), s_longest = TimeSpan.FromDays(30);

    // A clock that is put back a little must not end every session.
    private static readonly TimeSpan s_skew = TimeSpan.FromHours(2);
    private readonly ConcurrentDictionary<string, (AccountState? State, long At)> _known = new();

    /// <summary>Raised when an account's sessions and keys may not be good any more.</summary>
    public event Action<string>? Changed;

    /// <summary>Null: there is no such account.</summary>
    public async Task<AccountState?> FindAsync(string id, CancellationToken ct)
    {
        if (_known.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < s_fresh) return known.State;
        var at = clock.GetTimestamp();
        var state = await database.ReadAsync(db => db.Set<Account>().Where(a => a.Id == id)
            .Select(a => new AccountState(a.Id, a.UserName!, a.Role, a.SecurityStamp!, a.IsDisabled)).SingleOrDefaultAsync(ct), ct);
        if (_known.Count > 10_000) _known.Clear();
        _known[id] = (state, at);
        return state;
    }

    /// <summary>The account has changed.</summary>
    public void Forget(string id)
    {
        _known.TryRemove(id, out _);
        Changed?.Invoke(id);
    }

    /// <summary>A session's principal with what its account may do now; null: the session is over.</summary>
    public async Task<ClaimsPrincipal?> RefreshAsync(ClaimsPrincipal session, CancellationToken ct)
    {
        if (session.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id
            || !long.TryParse(session.FindFirstValue(Since), NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            || await FindAsync(id, ct) is not { IsDisabled: false } state || session.FindFirstValue(Stamp) != state.Stamp) return null;
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(since);
        return age > s_longest || age < -s_skew ? null : new ClaimsPrincipal(SessionOf(state, since));
    }

    /// <summary>What a session of the account is known by.</summary>
    public static ClaimsIdentity SessionOf(AccountState state, long since)
    {
        var identity = IdentityOf(state, IdentityConstants.ApplicationScheme, AccountRole.PermissionsOf(state.Role));
        identity.AddClaim(new Claim(Stamp, state.Stamp));
        identity.AddClaim(new Claim(Since, since.ToString(CultureInfo.InvariantCulture)));
        return identity;
    }

    /// <summary>An identity with what it may do.</summary>
    public static ClaimsIdentity IdentityOf(AccountState state, string scheme, IEnumerable<Permission> permissions)
        => new([new Claim(ClaimTypes.NameIdentifier, state.Id), new Claim(ClaimTypes.Name, state.Name),
            new Claim(ClaimTypes.Role, state.Role), .. permissions.Select(p => new Claim(Policies.Claim, p.ToString()))],
            scheme, ClaimTypes.Name, ClaimTypes.Role);
}
