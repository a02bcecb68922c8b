namespace Playground.Client.Contracts;

/// <summary>Recipes of images that are kept, by where they are kept.</summary>
[Needs(Permission.View)]
public interface IRecipes
{
    /// <summary>The request that makes an image again; null where there is none that the caller may have.</summary>
    /// <param name="source"><c>image.ID</c> for one of the caller's gallery; <c>share.TOKEN</c> or <c>share.TOKEN.NAME</c> for one that
    /// somebody shares.</param>
    /// <param name="ct">Stops it.</param>
    Task<KeptRecipe?> FindAsync(string source, CancellationToken ct);
}

/// <summary>A recipe and where it was found.</summary>
/// <param name="Request">What makes the image again.</param>
/// <param name="Title">What somebody called what they share; null for an image of the caller's gallery.</param>
/// <param name="Path">Where the image is shown on this server, without a slash at the beginning.</param>
public sealed record KeptRecipe(SampleRequest Request, string? Title, string Path);
