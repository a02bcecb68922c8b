using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>Signing in and out, and the caller's own account.</summary>
internal sealed class AccountService(AccountSignIn signIn, UserManager<Account> users, PlaygroundDb db, Invitations invitations,
    ApiKeys keys, AccountStates states, Caller caller, AuditLog audit, IOptions<AccessOptions> access, TimeProvider clock) : IAccounts
{
    // Whoever does not exist takes as long as somebody whose password is wrong.
    private static readonly Account s_nobody = new() { Role = AccountRole.Viewer, Created = default };
    private static string? s_nobodysHash;

    public bool IsOn => access.Value.Accounts;

    public Task<bool> AnyAsync(CancellationToken ct) => users.Users.AnyAsync(a => !a.IsDisabled, ct);

    public async Task SignInAsync(string? name, string? password, CancellationToken ct)
    {
        RequireOn();
        (name, password) = (name?.Trim() ?? "", password ?? "");
        if (name.Length is 0 or > NameRules.Most || password.Length is 0 or > PasswordRules.Most) throw Wrong();
        var user = await users.FindByNameAsync(name);
        var result = user is null ? SignInResult.Failed
            : await signIn.PasswordSignInAsync(user, password, isPersistent: true, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await NoteSignInAsync(user!, "password");
            return;
        }
        if (user is null || result.IsLockedOut || result.IsNotAllowed || user.PasswordHash is null) SpendTime(password);
        // A name that is not there may be a password in the wrong field.
        await audit.WriteAsync(user?.Id, user?.UserName, "sign-in.failed", user?.UserName, result.IsLockedOut ? "locked" : null);
        throw Wrong();
    }

    public async Task SignOutAsync(CancellationToken ct)
    {
        RequireOn();
        if (caller.User is not null) await audit.RecordAsync("sign-out");
        await signIn.SignOutAsync();
    }

    public async Task<OwnAccount?> GetOwnAsync(CancellationToken ct)
    {
        if (!IsOn || caller.User is null || await users.FindByIdAsync(caller.Id) is not { } user) return null;
        return new OwnAccount(AccountAdministration.ViewOf(user), user.PasswordHash is not null,
            [.. (await users.GetPasskeysAsync(user)).OrderBy(p => p.CreatedAt).Select(
                p => new PasskeyView(Base64Url.EncodeToString(p.CredentialId), p.Name ?? "", p.CreatedAt.UtcDateTime))],
            await keys.ListAsync(user.Id, ct));
    }

    public async Task ChangePasswordAsync(string? current, string? password, CancellationToken ct)
    {
        var user = await RequireOwnAsync();
        await RequirePasswordAsync(user, current, "current");
        password ??= "";
        if (PasswordRules.ProblemOf(password, user.UserName!) is { } problem) throw RequestException.Invalid("password", problem);
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        Require(await users.UpdateSecurityStampAsync(user), "password");
        await RefreshAsync(user);
        await audit.RecordAsync("password.changed", user.UserName);
    }

    /// <summary>Adds a passkey that a browser has made for the caller.</summary>
    /// <param name="attestation">What the browser gave.</param>
    /// <param name="name">As its owner calls it.</param>
    /// <exception cref="RequestException">It is not a passkey for this account and this server.</exception>
    public async Task AddPasskeyAsync(string attestation, string? name)
    {
        const int mostName = 64, most = 20;
        var user = await RequireOwnAsync();
        if ((await users.GetPasskeysAsync(user)).Count >= most)
            throw RequestException.Conflict($"You have {most} passkeys, which is the limit. Remove one first.");
        var result = await PerformAsync(() => signIn.PerformPasskeyAttestationAsync(attestation));
        if (result is not { Succeeded: true } || result.UserEntity.Id != user.Id)
            throw RequestException.Invalid("The passkey could not be verified. Start again, and finish within five minutes.");
        result.Passkey.Name = name?.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, mostName)] : "Passkey";
        Require(await users.AddOrUpdatePasskeyAsync(user, result.Passkey), "passkey");
        await audit.RecordAsync("passkey.added", user.UserName);
    }

    /// <summary>What a browser needs to make a passkey for the caller, as JSON.</summary>
    public async Task<string> GetPasskeyCreationAsync()
    {
        var user = await RequireOwnAsync();
        return await signIn.MakePasskeyCreationOptionsAsync(new() { Id = user.Id, Name = user.UserName!, DisplayName = user.UserName! });
    }

    /// <summary>What a browser needs to sign in with a passkey, as JSON: the same whoever asks.</summary>
    public Task<string> GetPasskeyRequestAsync()
    {
        RequireOn();
        return signIn.MakePasskeyRequestOptionsAsync(null);
    }

    /// <summary>Signs in with a passkey.</summary>
    /// <param name="assertion">What the browser gave.</param>
    /// <exception cref="RequestException">It is not a passkey of an account that may sign in.</exception>
    public async Task SignInWithPasskeyAsync(string assertion)
    {
        RequireOn();
        var result = await PerformAsync(() => signIn.PerformPasskeyAssertionAsync(assertion));
        if (result is not { Succeeded: true } || !await signIn.CanSignInAsync(result.User))
        {
            await audit.WriteAsync(null, null, "sign-in.failed", null, "passkey");
            throw new RequestException(StatusCodes.Status401Unauthorized,
                "The passkey is not known here, or its account is locked. Try another one, or sign in by password.");
        }
        // The counter tells copied authenticators.
        Require(await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey), "passkey");
        await signIn.SignInAsync(result.User, isPersistent: true);
        await NoteSignInAsync(result.User, "passkey");
    }

    public async Task RemovePasskeyAsync(string? id, CancellationToken ct)
    {
        var user = await RequireOwnAsync();
        if (!Base64Url.IsValid(id) || (await users.GetPasskeysAsync(user)) is not { Count: > 0 } passkeys
            || passkeys.FirstOrDefault(p => Base64Url.EncodeToString(p.CredentialId) == id) is not { } passkey)
            throw RequestException.Missing("There is no such passkey; it may have been removed already.");
        if (passkeys.Count == 1 && user.PasswordHash is null)
            throw RequestException.Conflict("The passkey is your only way to sign in. Set a password or add another passkey first.");
        Require(await users.RemovePasskeyAsync(user, passkey.CredentialId), "passkey");
        await users.UpdateSecurityStampAsync(user);
        await RefreshAsync(user);
        await audit.RecordAsync("passkey.removed", user.UserName);
    }

    public async Task<string> CreateKeyAsync(string? name, Permission scope, int days, CancellationToken ct)
    {
        var user = await RequireOwnAsync();
        var (id, key) = await keys.CreateAsync(user.Id, name, scope, days, ct);
        await audit.RecordAsync("api-key.created", id);
        return key;
    }

    public async Task RevokeKeyAsync(string? id, CancellationToken ct)
    {
        var user = await RequireOwnAsync();
        if (!await keys.RevokeAsync(user.Id, id ?? "", ct))
            throw RequestException.Missing("There is no such API key; it may have been revoked already.");
        await audit.RecordAsync("api-key.revoked", id);
    }

    public async Task DeleteOwnAsync(string? password, CancellationToken ct)
    {
        var user = await RequireOwnAsync();
        await RequirePasswordAsync(user, password, "password");
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            await AccountAdministration.RequireAnotherAsync(db, user, ct);
            Require(await users.DeleteAsync(user), "password");
            await transaction.CommitAsync(ct);
        }
        await audit.RecordAsync("account.deleted", user.UserName);
        await signIn.SignOutAsync();
        states.Forget(user.Id);
    }

    public async Task<InvitationView?> FindInvitationAsync(string token, CancellationToken ct)
        => IsOn && await invitations.FindAsync(token, ct) is { } row ? Invitations.ViewOf(row) : null;

    public async Task AcceptAsync(string token, string? name, string? password, CancellationToken ct)
    {
        RequireOn();
        var invitation = await invitations.FindAsync(token, ct) ?? throw Gone();
        (name, password) = (name?.Trim() ?? "", password ?? "");
        if (PasswordRules.ProblemOf(password, name) is { } problem) throw RequestException.Invalid("password", problem);
        var user = new Account { UserName = name, Role = invitation.Role, Created = clock.GetUtcNow(), LockoutEnabled = true };
        // What was made before there were accounts belongs to whoever sets them up.
        if (invitation.CreatedBy is null && await users.FindByIdAsync(LoopbackOwner.Local) is null) user.Id = LoopbackOwner.Local;
        // Outside the transaction, which others wait for: it takes a quarter of a second on purpose.
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            if (!await invitations.UseAsync(db, invitation.Id, ct)) throw Gone();
            Require(await users.CreateAsync(user), "name");
            await transaction.CommitAsync(ct);
        }
        states.Forget(user.Id);
        await audit.WriteAsync(user.Id, user.UserName, "invitation.accepted", invitation.Id, invitation.Role);
        await signIn.SignInAsync(user, isPersistent: true);
        await NoteSignInAsync(user, "invitation");
    }

    private async Task NoteSignInAsync(Account user, string by)
    {
        user.LastSignIn = clock.GetUtcNow();
        await users.UpdateAsync(user);
        await audit.WriteAsync(user.Id, user.UserName, "sign-in", user.UserName, by);
    }

    // The stamp is another one; the caller's own session goes on with it, and no other does.
    private async Task RefreshAsync(Account user)
    {
        states.Forget(user.Id);
        await signIn.SignInAsync(user, isPersistent: true);
    }

    private void RequireOn()
    {
        if (!IsOn) throw RequestException.Missing("This server has no accounts. Set Playground:Accounts=true to have them.");
    }

    private async Task<Account> RequireOwnAsync()
    {
        RequireOn();
        caller.Demand(Permission.View);
        if (caller.User!.HasClaim(c => c.Type == Policies.KeyClaim)) throw RequestException.Forbidden("Sign in; an API key is not enough.");
        return await users.FindByIdAsync(caller.Id) ?? throw RequestException.Unauthorized();
    }

    // Wrong passwords count here as they do at the door.
    private async Task RequirePasswordAsync(Account user, string? password, string field)
    {
        if (user.PasswordHash is null) return;
        if (await users.IsLockedOutAsync(user) || password is null or { Length: 0 or > PasswordRules.Most }
            || !(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded)
            throw RequestException.Invalid(field, "That is not your password.");
    }

    private void SpendTime(string password)
    {
        s_nobodysHash ??= users.PasswordHasher.HashPassword(s_nobody, Secret.New());
        users.PasswordHasher.VerifyHashedPassword(s_nobody, s_nobodysHash, password);
    }

    // A browser's answer is JSON from outside: what it cannot be read as is thrown in several ways.
    private static async Task<T?> PerformAsync<T>(Func<Task<T>> ceremony) where T : class
    {
        try
        {
            return await ceremony();
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or FormatException or ArgumentException
            or PasskeyException)
        {
            return null;
        }
    }

    private static void Require(IdentityResult result, string field)
    {
        if (!result.Succeeded)
            throw RequestException.Invalid(result.Errors.Select(e => (e.Code == "Password" ? "password" : field, e.Description)));
    }

    private static RequestException Wrong() => new(StatusCodes.Status401Unauthorized,
        "The name or the password is wrong, or the account is locked. After several wrong passwords, wait ten minutes.");

    private static RequestException Gone()
        => RequestException.Missing("The invitation has been used, revoked, or has expired. Ask an administrator for a new one.");
}
