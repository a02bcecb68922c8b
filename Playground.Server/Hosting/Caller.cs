using System.Security.Claims;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;

namespace Playground.Server.Hosting;

/// <summary>
/// Who is calling: of the HTTP request that is being answered, of the hub's connection, or of the page's circuit. Without accounts it is
/// the one owner, who may do everything.
/// </summary>
internal sealed class Caller(IOptions<AccessOptions> access, IHttpContextAccessor? http = null)
{
    private static readonly AsyncLocal<ClaimsPrincipal?> s_entered = new();

    /// <summary>Null: there is none, or nobody has signed in.</summary>
    public ClaimsPrincipal? User => (s_entered.Value ?? http?.HttpContext?.User) is { Identity.IsAuthenticated: true } user ? user : null;

    /// <summary>Whether there are accounts at all.</summary>
    public bool HasAccounts => access.Value.Accounts;

    /// <summary>The id of the caller's account.</summary>
    /// <exception cref="RequestException">Nobody has signed in.</exception>
    public string Id => !HasAccounts ? LoopbackOwner.Local
        : User?.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw RequestException.Unauthorized();

    /// <summary>What the caller is called, for the audit log; null: nobody has signed in.</summary>
    public string? Name => !HasAccounts ? LoopbackOwner.Local : User?.Identity?.Name;

    /// <summary>Where the request comes from; null in a circuit that has none.</summary>
    public string? Address => http?.HttpContext?.Connection.RemoteIpAddress?.ToString();

    public bool May(Permission permission) => !HasAccounts || User?.May(permission) == true;

    /// <exception cref="RequestException">The caller has not signed in, or may not.</exception>
    public void Demand(Permission permission)
    {
        if (May(permission)) return;
        if (User is null) throw RequestException.Unauthorized();
        throw RequestException.Forbidden(permission switch
        {
            Permission.Administer => "Only an administrator may do that.",
            _ => "Your account, or the API key, may only look. Ask an administrator for the role member.",
        });
    }

    /// <summary>What is called from here on, until the result is disposed, is called by <paramref name="user"/>.</summary>
    public static IDisposable Enter(ClaimsPrincipal user)
    {
        var before = s_entered.Value;
        s_entered.Value = user;
        return new Entered(before);
    }

    private sealed class Entered(ClaimsPrincipal? before) : IDisposable
    {
        public void Dispose() => s_entered.Value = before;
    }
}
