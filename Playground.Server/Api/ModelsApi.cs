using Playground.Client.Contracts;

namespace Playground.Server.Api;

internal static class ModelsApi
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/models", (ISampling sampling, CancellationToken ct) => sampling.GetModelsAsync(ct)).WithTags("models");
        routes.MapGet("/api/v1/samplers", (ISampling sampling) => sampling.Samplers).WithTags("models");
    }
}
