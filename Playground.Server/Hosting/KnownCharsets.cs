using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Playground.Server.Hosting;

/// <summary>Refuses bodies in an encoding that .NET does not know: whoever reads them would fail with the server's own fault.</summary>
internal static class KnownCharsets
{
    public static void UseKnownCharsets(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue
            && !IsKnown(type.Charset.Value))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
            {
                HttpContext = context,
                ProblemDetails = new ProblemDetails
                {
                    Status = StatusCodes.Status415UnsupportedMediaType,
                    Detail = $"Content-Type is '{type}'; its charset is not known. Send UTF-8.",
                },
            });
            return;
        }
        await next(context);
    });

    private static bool IsKnown(string charset)
    {
        try
        {
            // UTF-7 is known and refused, since what it hides passes filters.
            return Encoding.GetEncoding(charset.Trim('"')).CodePage != 65000;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
