using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Playground.Server.Storage;

namespace Playground.Server.Api;

/// <summary>Every error leaves as ProblemDetails whose detail a person can act on.</summary>
internal static class Problems
{
    public static void AddPlaygroundProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(o => o.CustomizeProblemDetails = c =>
        {
            if (c.ProblemDetails is { Status: StatusCodes.Status413PayloadTooLarge, Detail: null })
                c.ProblemDetails.Detail = TooLarge(c.HttpContext);
        });
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddExceptionHandler<BadRequestHandler>();
        services.AddExceptionHandler<StorageHandler>();
    }

    private static string TooLarge(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize is { } most
            ? $"The body is too large; this address takes at most {(most < 1 << 20 ? $"{most >> 10} KiB" : $"{most >> 20} MiB")}."
            : "The body is too large.";
    }

    /// <summary>
    /// Storage that does not answer: 503, or 507 for a full disk, with the time to wait; a page of its own for who asks with a browser.
    /// </summary>
    private sealed class StorageHandler(IProblemDetailsService problems) : IExceptionHandler
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

    private sealed class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken ct)
        {
            if (exception is not BadHttpRequestException bad) return ValueTask.FromResult(false);
            context.Response.StatusCode = bad.StatusCode;
            return problems.TryWriteAsync(new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = new ProblemDetails
                { Status = bad.StatusCode, Title = "The request cannot be read.", Detail = Explain(bad, context) },
            });
        }

        private static string Explain(BadHttpRequestException bad, HttpContext context) => bad switch
        {
            { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(context),
            { InnerException: JsonException { Path: { Length: > 2 } path } } =>
                $"The value of '{path[2..]}' is not of the kind that it must be; numbers are finite and unquoted. See /openapi/v1.json.",
            { InnerException: JsonException } => "The body is not JSON. Send an object such as {\"model\": \"mnist\", \"steps\": 50}.",
            _ => bad.Message,
        };
    }
}
