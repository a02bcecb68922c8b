using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;

namespace Playground.Server.Hosting;

/// <summary>
/// Every error leaves as ProblemDetails whose detail a person can act on: <c>errors</c> has sentences by field, <c>reason</c> a name for
/// programs.
/// </summary>
internal static class Problems
{
    private const string NotCarriedOut = "The request cannot be carried out.";

    public static void AddPlaygroundProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(o => o.CustomizeProblemDetails = c =>
        {
            if (c.ProblemDetails is { Status: StatusCodes.Status413PayloadTooLarge, Detail: null })
                c.ProblemDetails.Detail = TooLarge(c.HttpContext);
            if (c.ProblemDetails is { Status: StatusCodes.Status415UnsupportedMediaType, Detail: null })
                c.ProblemDetails.Detail = AcceptedTypes.Sentence(c.HttpContext);
        });
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddSingleton<ServerPaths>();
        services.AddExceptionHandler<RefusalHandler>();
        services.AddExceptionHandler<BadRequestHandler>();
    }

    private static string TooLarge(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize is { } most
            ? $"The body is too large; this address takes at most {(most < 1 << 20 ? $"{most >> 10} KiB" : $"{most >> 20} MiB")}."
            : "The body is too large.";
    }

    private sealed class RefusalHandler(IProblemDetailsService problems, ServerPaths paths) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken ct)
        {
            if (exception is not RequestException refused) return ValueTask.FromResult(false);
            context.Response.StatusCode = refused.Status;
            if (refused.RetryAfter is { } wait) context.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds):0}";
            var problem = refused.Errors.Count > 0
                ? new HttpValidationProblemDetails(refused.Errors.ToDictionary(e => e.Key, e => e.Value.Select(paths.Hide).ToArray()))
                { Title = NotCarriedOut }
                : new ProblemDetails();
            (problem.Status, problem.Detail) = (refused.Status, paths.Hide(refused.Message));
            if (refused.Reason is { } reason) problem.Extensions["reason"] = reason;
            return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
        }
    }

    private sealed class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken ct)
        {
            if (exception is not BadHttpRequestException bad) return ValueTask.FromResult(false);
            context.Response.StatusCode = bad.StatusCode;
            var (field, sentence) = bad switch
            {
                { StatusCode: StatusCodes.Status413PayloadTooLarge } => ("", TooLarge(context)),
                { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ("", AcceptedTypes.Sentence(context)),
                { InnerException: JsonException json } => JsonSentence.Of(json),
                { Message: var said } when said.Contains("no body was provided", StringComparison.Ordinal) => ("", JsonSentence.Body),
                _ => ("", bad.Message),
            };
            var problem = field.Length > 0
                ? new HttpValidationProblemDetails(new Dictionary<string, string[]> { [field] = [sentence] })
                : new ProblemDetails();
            (problem.Status, problem.Title, problem.Detail) = (bad.StatusCode, "The request cannot be read.", sentence);
            return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
        }
    }
}
