using Playground.Client.Contracts;

namespace Playground.Server.Shares;

/// <summary>Recipes of images of the caller's gallery, and of those that others share.</summary>
internal sealed class KeptRecipes(IGallery gallery, IShares shares) : IRecipes
{
    public async Task<KeptRecipe?> FindAsync(string source, CancellationToken ct) => source.Split('.') switch
    {
        ["image", var id] => (await gallery.FindAsync(id, ct))?.Recipe is { } recipe
            ? new KeptRecipe(recipe, null, $"gallery/{id}") : null,
        ["share", var token] => await shares.FindRecipeAsync(token, null, ct),
        ["share", var token, var image] => await shares.FindRecipeAsync(token, image, ct),
        _ => null,
    };
}
