using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Sampling.Frames;
using Playground.Server.Sampling.History;
using Playground.Server.Sampling.Recipes;

namespace Playground.Server.Sampling;

internal static class SamplesApi
{
    private const long MaxBody = 64 << 10;

    public static void MapSamples(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/samplers", (ISampling sampling) => sampling.Samplers).WithTags("samples").WithSummary(
            "The samplers, with the options of each.");
        routes.MapGroup("/api/v1/samples").WithTags("samples").MapPost("/", StartAsync)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).DisableAntiforgery().ProducesValidationProblem();
        routes.MapFrames();
        routes.MapHistory();
        routes.MapRecipes();
    }

    private static async Task<Accepted<JobView>> StartAsync(SampleRequest request, ISampling sampling, CancellationToken ct)
    {
        var job = await sampling.StartAsync(request, ct);
        return TypedResults.Accepted($"/api/v1/jobs/{job.Id}", job);
    }
}
