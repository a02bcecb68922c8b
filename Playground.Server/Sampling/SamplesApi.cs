using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Sampling.Frames;
using Playground.Server.Sampling.History;
using Playground.Server.Sampling.Recipes;

namespace Playground.Server.Sampling;

internal static class SamplesApi
{
    private const long MaxBody = 64 << 10;

    public static void MapSamples(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/samplers", (ISampling sampling) => sampling.Samplers).RequirePolicies().WithTags("samples").WithSummary(
            "The samplers, with the options of each.");
        routes.MapPost("/api/v1/prompts/tokens", ReadPromptAsync).RequirePolicies()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).DisableAntiforgery()
            .WithTags("samples").WithSummary("What a model reads of a prompt.").ProducesValidationProblem();
        routes.MapGroup("/api/v1/samples").RequirePolicies().WithTags("samples").MapPost("/", StartAsync)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).DisableAntiforgery().ProducesValidationProblem()
            .WithSummary("Starts a sampling and answers with its job.");
        routes.MapFrames();
        routes.MapHistory();
        routes.MapRecipes();
    }

    private static async Task<Results<Ok<PromptView>, ProblemHttpResult>> ReadPromptAsync(PromptQuestion question, ISampling sampling,
        CancellationToken ct)
        => await sampling.ReadPromptAsync(question.Model, question.Prompt, ct) is { } read ? TypedResults.Ok(read)
            : TypedResults.Problem($"There is no model '{question.Model}', or it reads no text.",
                statusCode: StatusCodes.Status404NotFound);

    private static async Task<Accepted<JobView>> StartAsync(SampleRequest request, ISampling sampling, CancellationToken ct)
    {
        var job = await sampling.StartAsync(request, ct);
        return TypedResults.Accepted($"/api/v1/jobs/{job.Id}", job);
    }
}
