namespace Playground.Client.Contracts;

/// <summary>Recipes of images that are kept, by where they are kept.</summary>
[Needs(Permission.View)]
public interface IRecipes
{
    /// <summary>The request that makes an image again; null where there is none that the caller may have.</summary>
    /// <param name="source"><c>image.ID</c> for one of the caller's gallery; <c>share.TOKEN</c> or <c>share.TOKEN.NAME</c> for one that
    /// somebody shares.</param>
    /// <param name="ct">Stops it.</param>
    Task<SampleRequest?> FindAsync(string source, CancellationToken ct);
}
