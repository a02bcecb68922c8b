using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Playground.Server.Hosting;

internal static class GroupPolicies
{
    private static readonly HashSet<string> s_reading = new(StringComparer.OrdinalIgnoreCase) { "GET", "HEAD", "OPTIONS" };

    /// <summary>
    /// What reads needs <see cref="Policies.View"/>, everything else <see cref="Policies.Create"/>. An endpoint that needs more says so
    /// itself, besides.
    /// </summary>
    public static TBuilder RequirePolicies<TBuilder>(this TBuilder group) where TBuilder : IEndpointConventionBuilder
    {
        group.Add(endpoint =>
        {
            var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
            endpoint.Metadata.Add(new AuthorizeAttribute(methods.Count > 0 && methods.All(s_reading.Contains) ? Policies.View
                : Policies.Create));
        });
        return group;
    }
}
