using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Playground.Server.Storage;

/// <summary>
/// Storage that does not answer: 503, or 507 for a full disk, with the time to wait; a page of its own for who asks with a browser.
/// </summary>
internal sealed class StorageProblemHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken ct)
    {
        if (StorageFailures.Of(exception) is not { } failure) return false;
        var seconds = (int)failure.RetryAfter.TotalSeconds;
        context.Response.StatusCode = failure.Status;
        context.Response.Headers.RetryAfter = $"{seconds}";
        context.Response.Headers.CacheControl = "no-store";
        if (context.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html"))
        {
            context.Response.Headers["Refresh"] = $"{seconds}";
            await Results.Content($"<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Playground is not "
                + $"available</title><h1>Playground is not available</h1><p>{failure.Message}</p>", "text/html; charset=utf-8",
                statusCode: failure.Status).ExecuteAsync(context);
            return true;
        }
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            { Status = failure.Status, Title = "The server's storage is not available.", Detail = failure.Message },
        });
    }
}
