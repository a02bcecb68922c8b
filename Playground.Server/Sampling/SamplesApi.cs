using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;

namespace Playground.Server.Sampling;

internal static class SamplesApi
{
    private const long MaxBody = 64 << 10;

    public static void MapSamples(this IEndpointRouteBuilder routes)
        => routes.MapGroup("/api/v1/samples").WithTags("samples").MapPost("/", StartAsync)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).DisableAntiforgery();

    private static async Task<Results<Accepted<JobView>, ValidationProblem>> StartAsync(SampleRequest request, ISampling sampling,
        CancellationToken ct)
    {
        try
        {
            var job = await sampling.StartAsync(request, ct);
            return TypedResults.Accepted($"/api/v1/jobs/{job.Id}", job);
        }
        catch (InvalidSampleException e)
        {
            return TypedResults.ValidationProblem(e.Errors.ToDictionary(), detail: e.Message, title: "The request cannot be carried out.");
        }
    }
}
