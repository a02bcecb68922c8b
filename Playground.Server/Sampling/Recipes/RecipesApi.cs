using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Sampling.Recipes;

/// <summary>How an image was made, read out of its file.</summary>
internal static class RecipesApi
{
    /// <summary>Most bytes of a file; a page sends the text chunks alone.</summary>
    private const int MaxBody = 16 << 20;

    public static void MapRecipes(this IEndpointRouteBuilder routes)
        => routes.MapGroup("/api/v1/recipes").WithTags("recipes").RequirePolicies().DisableAntiforgery().MapPost("/", ReadAsync)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).ProducesValidationProblem().WithSummary(
                "The settings that made an image, from the text in its PNG file, with what of them cannot be used here.");

    private static async Task<RecipeView> ReadAsync(HttpRequest request, RecipeReader reader, ICurrentOwner owner, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return await reader.ReadAsync(body.ToArray(), owner.Id, ct);
    }
}
