using Playground.Server.Hosting.Security;

namespace Playground.Server.Hosting;

/// <summary>
/// Lets no new connection to a hub in once the server stops. All that were open are closed then, and a browser that comes back at once
/// would find the listener still there and hold the stop until the host's patience ends.
/// </summary>
internal static class StopRefusal
{
    public static void UseStopRefusal(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) => stopping.IsCancellationRequested && SameOrigin.IsHub(context.Request)
            ? RefuseAsync(context)
            : next(context));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable,
            "The server is stopping. Connect again when it is back.");
    }
}
