using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Playground.Server.Hosting.Security;

/// <summary>
/// Answers to the server's own names only. A page of another site can have its name resolve to this machine (DNS rebinding): its browser
/// then takes the server for that site's own, and sends its name. An address in digits cannot be had so.
/// </summary>
internal static class HostNames
{
    public static void UseHostNames(this WebApplication app)
    {
        var own = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Hosts.Append("localhost")
            .Select(h => new StringSegment(h)).ToList();
        app.Use((context, next) =>
        {
            var host = context.Request.Host;
            if (host.HasValue && (HostString.MatchesAny(host.Host, own) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _)))
                return next(context);
            return Refusal.WriteAsync(context, StatusCodes.Status421MisdirectedRequest,
                $"This server does not answer to the name '{host.Host}'. Open it as localhost or by its address, or add the name to "
                + "Playground:Hosts.");
        });
    }
}

/// <summary>What is refused before any endpoint sees it.</summary>
internal static class Refusal
{
    public static async Task WriteAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        var written = await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails { Status = status, Detail = sentence },
        });
        // Whoever takes no JSON gets the sentence alone.
        if (!written) await context.Response.WriteAsync(sentence);
    }
}
