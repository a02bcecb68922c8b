namespace Playground.Client.Contracts;

/// <summary>
/// Signing in and out, and the caller's own account. For pages that are rendered for a request: cookies cannot be set in a circuit.
/// </summary>
public interface IAccounts
{
    /// <summary>Whether there are accounts at all; without them, the server has one owner and nobody signs in.</summary>
    bool IsOn { get; }

    /// <summary>Whether there is an account that can sign in.</summary>
    Task<bool> AnyAsync(CancellationToken ct);

    /// <summary>Signs in by password.</summary>
    /// <exception cref="RequestException">It is not the password, there is no such account, or it is locked: all in the same
    /// words.</exception>
    Task SignInAsync(string? name, string? password, CancellationToken ct);

    /// <summary>Ends the session.</summary>
    Task SignOutAsync(CancellationToken ct);

    /// <summary>The caller's account; null: nobody has signed in.</summary>
    Task<OwnAccount?> GetOwnAsync(CancellationToken ct);

    /// <summary>Changes the password and ends all other sessions.</summary>
    /// <exception cref="RequestException">The old one is wrong, or the new one cannot be used; <c>current</c> or
    /// <c>password</c>.</exception>
    Task ChangePasswordAsync(string? current, string? password, CancellationToken ct);

    /// <summary>Removes a passkey.</summary>
    /// <exception cref="RequestException">It is the only way to sign in.</exception>
    Task RemovePasskeyAsync(string? id, CancellationToken ct);

    /// <summary>Makes an API key.</summary>
    /// <param name="name">1 to 64 characters.</param>
    /// <param name="scope">View or Create.</param>
    /// <param name="days">Days until it expires, 1 to 366.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The key, which nobody can read again.</returns>
    /// <exception cref="RequestException">A value is out of its range, or there are too many keys.</exception>
    Task<string> CreateKeyAsync(string? name, Permission scope, int days, CancellationToken ct);

    /// <summary>Revokes an API key of the caller's.</summary>
    Task RevokeKeyAsync(string? id, CancellationToken ct);

    /// <summary>Deletes the caller's account, with its keys and passkeys.</summary>
    /// <exception cref="RequestException">It is the last administrator's, or the password is wrong.</exception>
    Task DeleteOwnAsync(string? password, CancellationToken ct);

    /// <summary>The invitation of a token; null: there is none, or it is used, revoked or expired.</summary>
    Task<InvitationView?> FindInvitationAsync(string token, CancellationToken ct);

    /// <summary>Makes the account that the invitation is for, and signs in.</summary>
    /// <exception cref="RequestException">The invitation is gone, or the name or the password cannot be used.</exception>
    Task AcceptAsync(string token, string? name, string? password, CancellationToken ct);
}

/// <summary>The accounts of the server, for administrators.</summary>
[Needs(Permission.Administer)]
public interface IAccountAdministration
{
    /// <summary>By name.</summary>
    Task<IReadOnlyList<AccountView>> ListAsync(CancellationToken ct);

    /// <summary>Those that can be used, the newest first.</summary>
    Task<IReadOnlyList<InvitationView>> ListInvitationsAsync(CancellationToken ct);

    /// <summary>Makes a one-time link.</summary>
    /// <param name="role">One of <see cref="AccountRole"/>.</param>
    /// <param name="note">Whom it is for, 64 characters at most.</param>
    /// <param name="days">Days until it expires, 1 to 30.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The link's path with its token, which nobody can read again.</returns>
    /// <exception cref="RequestException">A value is out of its range.</exception>
    Task<string> InviteAsync(string? role, string? note, int days, CancellationToken ct);

    /// <summary>The invitation cannot be used any more.</summary>
    Task RevokeInvitationAsync(string? id, CancellationToken ct);

    /// <summary>Gives an account another role.</summary>
    /// <exception cref="RequestException">There is no such account or role, or it is the last administrator.</exception>
    Task SetRoleAsync(string? id, string? role, CancellationToken ct);

    /// <summary>Locks an account, whose sessions and keys end at once, or unlocks it.</summary>
    /// <exception cref="RequestException">There is no such account, or it is the last administrator.</exception>
    Task SetDisabledAsync(string? id, bool disabled, CancellationToken ct);

    /// <summary>Changes what an account may take.</summary>
    /// <exception cref="RequestException">There is no such account, or a value is out of its range.</exception>
    Task SetLimitsAsync(string? id, AccountLimits limits, CancellationToken ct);

    /// <summary>The jobs of all accounts that wait, run or are paused, the oldest first.</summary>
    Task<IReadOnlyList<OwnedJob>> ListJobsAsync(CancellationToken ct);

    /// <summary>Cancels a job of anybody's; false where it has ended.</summary>
    Task<bool> CancelJobAsync(string? id, CancellationToken ct);

    /// <summary>The newest lines of the audit log, 200 at most, older than <paramref name="before"/>.</summary>
    Task<IReadOnlyList<AuditView>> ListAuditAsync(DateTime? before, CancellationToken ct);
}
