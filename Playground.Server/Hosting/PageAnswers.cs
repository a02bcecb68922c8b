using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Playground.Server.Hosting;

/// <summary>What browsers get at addresses that are not the API's: a page in any case, and an answer to HEAD too.</summary>
internal static class PageAnswers
{
    private static readonly PathString[] s_machines = ["/api", "/hubs", "/openapi", "/_framework", "/_content", "/_blazor"];

    /// <summary>Answers what found nothing with a page that says so, or with ProblemDetails where a program asks.</summary>
    /// <remarks>Routing follows it.</remarks>
    public static void UsePageAnswers(this WebApplication app)
    {
        app.UseStatusCodePages(context =>
        {
            var http = context.HttpContext;
            return http.Response.StatusCode == StatusCodes.Status404NotFound && IsForPeople(http.Request)
                ? ShowNotFoundAsync(http, context.Next)
                : http.RequestServices.GetRequiredService<IProblemDetailsService>()
                    .TryWriteAsync(new() { HttpContext = http, ProblemDetails = { Status = http.Response.StatusCode } }).AsTask();
        });
        app.Use((context, next) =>
        {
            // Kestrel goes by the request as it came, and sends no body.
            if (HttpMethods.IsHead(context.Request.Method) && IsForPeople(context.Request)) context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseRouting();
    }

    /// <summary>Whether a page is looked for, and not what a program or a script asks for.</summary>
    public static bool IsForPeople(HttpRequest request)
        => (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !s_machines.Any(m => request.Path.StartsWithSegments(m));

    // A page that finds nothing at its address says so itself, and Blazor sends it only in such a second run.
    private static async Task ShowNotFoundAsync(HttpContext http, RequestDelegate next)
    {
        var (path, services) = (http.Request.Path, http.RequestServices);
        await using var scope = services.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        var isPage = http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        http.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPath = path,
            OriginalPathBase = http.Request.PathBase,
        });
        http.SetEndpoint(null);
        http.Features.Get<IRouteValuesFeature>()?.RouteValues?.Clear();
        if (!isPage) http.Request.Path = "/not-found";
        try
        {
            await next(http);
        }
        finally
        {
            (http.Request.Path, http.RequestServices) = (path, services);
        }
    }
}
