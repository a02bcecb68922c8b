using Playground.Client.Contracts;

namespace Playground.Server.Api;

internal static class ModelsApi
{
    public static void MapModels(this IEndpointRouteBuilder routes)
        => routes.MapGroup("/api/v1/models").WithTags("models").MapGet("/", (ISampling sampling, CancellationToken ct) => sampling.GetModelsAsync(ct));
}
