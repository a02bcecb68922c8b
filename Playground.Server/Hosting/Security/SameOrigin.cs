namespace Playground.Server.Hosting.Security;

/// <summary>
/// Refuses what a page of another site makes a browser send: requests that change something, whatever their body, and every connection
/// to a hub. Browsers say where a request comes from (<c>Sec-Fetch-Site</c>, <c>Origin</c>), and scripts cannot change that; programs
/// that say nothing have no cookies that could act for somebody.
/// </summary>
internal static class SameOrigin
{
    private static readonly PathString[] s_hubs = ["/hubs", "/_blazor"];

    public static void UseSameOrigin(this WebApplication app) => app.Use((context, next) => IsForeign(context.Request)
        ? Refusal.WriteAsync(context, StatusCodes.Status403Forbidden,
            "This was sent from a page of another site. Open the server's own page and do it there.")
        : next(context));

    /// <summary>Whether a connection is asked for, and not an answer.</summary>
    public static bool IsHub(HttpRequest request) => s_hubs.Any(h => request.Path.StartsWithSegments(h));

    private static bool IsForeign(HttpRequest request)
    {
        var isReading = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        if (isReading && !IsHub(request)) return false;
        var origins = request.Headers.Origin;
        // An origin that is not told, "null", is foreign: a sandboxed frame has it.
        if (origins.Count > 0) return origins.Count > 1 || !IsOwn(origins.ToString(), request);
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
    }

    // The scheme is left out: behind a proxy that ends TLS the server is asked by another one.
    private static bool IsOwn(string origin, HttpRequest request)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && string.Equals(uri.Authority, Authority(request, uri.Scheme), StringComparison.OrdinalIgnoreCase);

    // An Origin leaves its scheme's own port out, and a Host may name it.
    private static string Authority(HttpRequest request, string scheme)
    {
        var usual = scheme == "https" ? 443 : 80;
        return request.Host.Port == usual ? request.Host.Host : request.Host.Value ?? "";
    }
}
