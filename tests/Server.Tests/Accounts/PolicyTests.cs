using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;

namespace Playground.Server.Tests.Accounts;

/// <summary>Nothing that can be reached is without a policy, and nothing is open that is not listed here.</summary>
public sealed class PolicyTests(RunningServer server) : IClassFixture<RunningServer>
{
    // What anybody may ask, each for a reason.
    private static readonly HashSet<string> s_open =
    [
        "/sign-in", "/invitations/{Token}",                              // to sign in at all
        "/api/v1/sign-in/passkey/options", "/api/v1/sign-in/passkey/",
        "/health/live", "/health/ready",                                 // for containers and proxies
        "/s/{token}", "/s/{token}/{**rest}",                             // what somebody shares, for whoever has the link
    ];

    [Fact]
    public void Every_endpoint_has_a_policy_or_is_listed_as_open()
    {
        var endpoints = Endpoints().ToList();
        Assert.True(endpoints.Count > 60, $"Only {endpoints.Count} endpoints were found.");
        var open = endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(PatternOf).ToHashSet();
        Assert.Equal(s_open.Order(), open.Where(p => !IsAsset(p)).Order());
        Assert.Empty(endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null
            && !e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy is not null)).Select(e => e.DisplayName));
    }

    [Fact]
    public void Every_policy_that_is_named_is_there()
    {
        var policies = server.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<AuthorizationOptions>>().Value;
        foreach (var name in Endpoints().SelectMany(e => e.Metadata.GetOrderedMetadata<IAuthorizeData>()).Select(a => a.Policy)
            .OfType<string>()
            .Distinct())
            Assert.NotNull(policies.GetPolicy(name));
    }

    [Fact]
    public void Every_endpoint_that_changes_something_needs_more_than_to_view()
    {
        string[] own = ["/sign-out", "/account", "/api/v1/account/passkeys", "/api/v1/account/passkeys/options"];
        foreach (var endpoint in Endpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null
            && e.Metadata.GetMetadata<ComponentTypeMetadata>() is null))
        {
            var pattern = PatternOf(endpoint);
            if (pattern.StartsWith("/hubs", StringComparison.Ordinal) || pattern.StartsWith("/_blazor", StringComparison.Ordinal)
                || own.Contains(pattern)) continue;
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            if (methods.Count > 0 && methods.All(m => m is "GET" or "HEAD" or "OPTIONS")) continue;
            Assert.Contains(endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(),
                a => a.Policy is Policies.Create or Policies.Administer);
        }
    }

    [Fact]
    public void Every_method_of_every_hub_has_a_policy()
    {
        var hubs = typeof(Program).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Hub)) && !t.IsAbstract).ToList();
        Assert.NotEmpty(hubs);
        foreach (var hub in hubs)
        {
            foreach (var method in hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(m => m.GetBaseDefinition().DeclaringType == hub))
                Assert.True((method.GetCustomAttribute<AuthorizeAttribute>() ?? hub.GetCustomAttribute<AuthorizeAttribute>())?.Policy
                    is not null, $"{hub.Name}.{method.Name} has no policy.");
        }
    }

    [Fact]
    public void Every_contract_of_the_pages_says_what_each_method_needs_and_is_behind_its_check()
    {
        var contracts = typeof(IJobs).Assembly.GetTypes().Where(t => t.IsInterface && t.Namespace == typeof(IJobs).Namespace
            && t != typeof(IAccounts) && t.GetMethods().Length > 0).ToList();
        Assert.True(contracts.Count >= 7);
        foreach (var contract in contracts)
        {
            foreach (var method in contract.GetMethods())
                Assert.True(Guarded.NeedsOf(method) is not null, $"{contract.Name}.{method.Name} says not what it needs: [Needs(…)].");
            Assert.True(server.Services.GetService(contract) is Guarded, $"{contract.Name} is not added by AddContract.");
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints()
        => server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private static string PatternOf(RouteEndpoint endpoint) => "/" + (endpoint.RoutePattern.RawText ?? "").TrimStart('/');

    // Files that came with the program: scripts, styles, pictures of examples.
    private static bool IsAsset(string pattern) => pattern.StartsWith("/_content/", StringComparison.Ordinal)
        || pattern.StartsWith("/_framework/", StringComparison.Ordinal) || Path.HasExtension(pattern);
}
