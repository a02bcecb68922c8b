using Microsoft.AspNetCore.Authorization;
using Playground.Client.Contracts;

namespace Playground.Server.Hosting;

/// <summary>
/// The names of the policies, of which every endpoint and hub has one. What has none is refused to everybody, and a test fails on it.
/// </summary>
internal static class Policies
{
    /// <summary>Reading what is one's own, and what the server offers.</summary>
    public const string View = nameof(Permission.View);

    /// <summary>Creating, changing and deleting what is one's own.</summary>
    public const string Create = nameof(Permission.Create);

    /// <summary>What belongs to the whole server.</summary>
    public const string Administer = nameof(Permission.Administer);

    /// <summary>A person's own session in a browser: an API key does not do for passwords, passkeys and other keys.</summary>
    public const string Session = "Session";

    /// <summary>The type of claims that say what a principal may do; the values are those of <see cref="Permission"/>.</summary>
    public const string Claim = Permissions.Claim;

    /// <summary>The claim that a principal from an API key has, with the key's id.</summary>
    public const string KeyClaim = "api_key";

    public static void AddPolicies(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder()
            .AddPolicy(View, p => p.RequireClaim(Claim, View))
            .AddPolicy(Create, p => p.RequireClaim(Claim, Create))
            .AddPolicy(Administer, p => p.RequireClaim(Claim, Administer))
            .AddPolicy(Session, p => p.RequireClaim(Claim, View).RequireAssertion(c => !c.User.HasClaim(h => h.Type == KeyClaim)))
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireClaim(Claim, View).Build())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsNothingThere).Build());
    }

    // Whoever has signed in learns that an address leads nowhere, or knows no such method; what is mapped without a policy is for nobody.
    private static bool IsNothingThere(AuthorizationHandlerContext context)
        => context.User.HasClaim(Claim, View) && context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;
}
