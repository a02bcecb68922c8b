using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Playground.Server.Accounts;

/// <summary>Identity's sign-in, which an account that an administrator has locked does not pass.</summary>
internal sealed class AccountSignIn(UserManager<Account> users, IHttpContextAccessor http, IUserClaimsPrincipalFactory<Account> claims,
    IOptions<IdentityOptions> options, ILogger<SignInManager<Account>> log, IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Account> confirmation) : SignInManager<Account>(users, http, claims, options, log, schemes, confirmation)
{
    public override Task<bool> CanSignInAsync(Account user) => Task.FromResult(!user.IsDisabled);
}

/// <summary>A new session's principal.</summary>
internal sealed class AccountClaims(TimeProvider clock) : IUserClaimsPrincipalFactory<Account>
{
    public Task<ClaimsPrincipal> CreateAsync(Account user) => Task.FromResult(new ClaimsPrincipal(AccountStates.SessionOf(
        new AccountState(user.Id, user.UserName!, user.Role, user.SecurityStamp!, user.IsDisabled), clock.GetUtcNow()
            .ToUnixTimeSeconds())));
}
