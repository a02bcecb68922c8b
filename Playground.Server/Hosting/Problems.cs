using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Playground.Server.Hosting;

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
    }

    private static string TooLarge(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize is { } most
            ? $"The body is too large; this address takes at most {(most < 1 << 20 ? $"{most >> 10} KiB" : $"{most >> 20} MiB")}."
            : "The body is too large.";
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
            // The serializer tells an unknown field from a bad value in its message alone.
            { InnerException: JsonException { Path: { Length: > 2 } path } unknown }
                when unknown.Message.Contains("could not be mapped", StringComparison.Ordinal) =>
                $"'{path[2..]}' is not a field of this request; leave it out. /openapi/v1.json lists those there are.",
            { InnerException: JsonException { Path: { Length: > 2 } path } } =>
                $"The value of '{path[2..]}' is not of the kind that it must be; numbers are finite and unquoted. See /openapi/v1.json.",
            { InnerException: JsonException } => "The body is not JSON. Send an object such as {\"model\": \"mnist\", \"steps\": 50}.",
            _ => bad.Message,
        };
    }
}
