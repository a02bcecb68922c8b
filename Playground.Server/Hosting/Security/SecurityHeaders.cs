using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Playground.Server.Hosting.Security;

/// <summary>
/// What browsers are told of every answer: which scripts may run, who may frame it, that its type is what it says, what is kept. An
/// endpoint that says it of its own answer has the last word.
/// </summary>
internal static class SecurityHeaders
{
    private const string NonceKey = "csp-nonce";
    private static readonly PathString[] s_machines = ["/api", "/hubs", "/openapi"];

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            Write(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>The nonce of this answer's policy: scripts that are written into the page need it.</summary>
    public static string NonceOf(HttpContext context)
    {
        if (context.Items.TryGetValue(NonceKey, out var known)) return (string)known!;
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Items[NonceKey] = nonce;
        return nonce;
    }

    private static void Write(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        var type = MediaTypeHeaderValue.TryParse(context.Response.ContentType, out var parsed) ? parsed.MediaType.Value ?? "" : "";
        var isPage = type.Equals("text/html", StringComparison.OrdinalIgnoreCase);
        var isMachine = s_machines.Any(m => request.Path.StartsWithSegments(m));
        headers.XContentTypeOptions = "nosniff";
        // Addresses of shares and invitations are secrets.
        Default(headers, "Referrer-Policy", "same-origin");
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        Default(headers, "Cross-Origin-Resource-Policy", "same-origin");
        Default(headers, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
        Default(headers, HeaderNames.ContentSecurityPolicy, isPage && !isMachine ? PagePolicy(NonceOf(context))
            : "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        if (isMachine || isPage) Default(headers, HeaderNames.CacheControl, "no-store");
        // Nobody shall be shown an answer of the API as a page.
        if (isMachine && type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            Default(headers, HeaderNames.ContentDisposition, "attachment; filename=\"api.json\"");
    }

    // MudBlazor writes its palette into a style element and sizes into style attributes: docs/decisions/0008-content-security-policy.md.
    private static string PagePolicy(string nonce) => $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; "
        + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        + "frame-ancestors 'none'";

    private static void Default(IHeaderDictionary headers, string name, string value)
    {
        if (!headers.ContainsKey(name)) headers[name] = value;
    }
}
