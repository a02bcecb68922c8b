using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace Playground.Server.Hosting;

/// <summary>What is said of a body whose kind an address does not take: routing answers with the status alone.</summary>
internal static class AcceptedTypes
{
    private const int MostShown = 100;

    /// <summary>Names the Content-Type that came and those that are taken there.</summary>
    public static string Sentence(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        var came = type.Length == 0 ? "Content-Type is missing" : type.Length <= MostShown ? $"Content-Type is '{type}'"
            : $"Content-Type is '{type[..MostShown]}…'";
        return Of(context) switch
        {
            [] => $"{came}; this address does not take it. See /openapi/v1.json.",
            [var one] => $"{came}; it must be {one}.",
            [.. var some, var last] => $"{came}; it must be {string.Join(", ", some)} or {last}.",
        };
    }

    // By then the endpoint is one that only refuses, so those of the address are looked for.
    private static string[] Of(HttpContext context)
    {
        var endpoints = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        return [.. endpoints.Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(context.Request.Method) == true
                && new TemplateMatcher(new RouteTemplate(e.RoutePattern), []).TryMatch(context.Request.Path, []))
            .SelectMany(e => e.Metadata.GetOrderedMetadata<IAcceptsMetadata>()).SelectMany(a => a.ContentTypes).Distinct()];
    }
}
