namespace Playground.Client.Contracts;

/// <summary>An image of the gallery, as a list shows it.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Model">Name of the model that made it.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Class">Its class; null: none.</param>
/// <param name="Prompt">What it was asked for in words; null: nothing.</param>
/// <param name="Starred">Whether it is starred.</param>
/// <param name="Rating">1 to 5; 0: not rated.</param>
public sealed record GalleryImage(string Id, int Width, int Height, string Model, long Seed, int? Class, string? Prompt, bool Starred,
    int Rating);

/// <summary>Everything that is known of an image.</summary>
/// <param name="Image">As a list shows it.</param>
/// <param name="Saved">When it was saved, in UTC.</param>
/// <param name="Bytes">Of its file.</param>
/// <param name="ModelHash">First ten digits of the SHA-256 of the weights that made it; empty where not known.</param>
/// <param name="Dataset">What the model was trained on; null where not known.</param>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Board">Id of its board; null: none.</param>
/// <param name="Tags">By name.</param>
/// <param name="Note">Empty: none.</param>
/// <param name="Recipe">The request that makes it again.</param>
/// <param name="Parameters">The same as text, as other programs read it.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Number">Which of the run's images it is, from 0 on.</param>
/// <param name="HasRun">Whether the run is still there.</param>
/// <param name="Deleted">When it was deleted, in UTC; null: it is not.</param>
public sealed record GalleryImageDetail(GalleryImage Image, DateTime Saved, long Bytes, string ModelHash, string? Dataset, string Sampler,
    string? Board, IReadOnlyList<string> Tags, string Note, SampleRequest Recipe, string Parameters, string Run, int Number, bool HasRun,
    DateTime? Deleted)
{
    /// <summary>The steps of its denoising that are kept, rising; empty: none are.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [];
}

/// <summary>Some of the images that match.</summary>
/// <param name="Total">How many match in all.</param>
/// <param name="Images">In order.</param>
/// <param name="Next">What to give as <see cref="GalleryQuery.After"/> for those that follow; null: none follow.</param>
public sealed record GalleryPage(int Total, IReadOnlyList<GalleryImage> Images, string? Next);

/// <summary>What was saved of a run.</summary>
/// <param name="Saved">How many are new in the gallery.</param>
/// <param name="Ids">All that were asked for, in order, those that were there already too.</param>
public sealed record GallerySaved(int Saved, IReadOnlyList<string> Ids);

/// <summary>What images can be filtered by.</summary>
/// <param name="Total">Images, without those deleted.</param>
/// <param name="Unsorted">Images on no board.</param>
/// <param name="Starred">Starred images.</param>
/// <param name="Deleted">Images that were deleted and can be restored.</param>
/// <param name="Bytes">Of all files.</param>
/// <param name="MaxImages">Most images that the gallery may hold.</param>
/// <param name="MaxBytes">Most bytes that it may hold.</param>
/// <param name="Models">By name.</param>
/// <param name="Datasets">By name.</param>
/// <param name="Samplers">By name.</param>
/// <param name="Tags">By name.</param>
public sealed record GalleryFacets(int Total, int Unsorted, int Starred, int Deleted, long Bytes, int MaxImages, long MaxBytes,
    IReadOnlyList<GalleryFacet> Models, IReadOnlyList<GalleryFacet> Datasets, IReadOnlyList<GalleryFacet> Samplers,
    IReadOnlyList<GalleryFacet> Tags);

/// <summary>A value to filter by.</summary>
/// <param name="Name">The value.</param>
/// <param name="Count">Images that have it.</param>
public sealed record GalleryFacet(string Name, int Count);

/// <summary>A board of the gallery.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Count">Its images.</param>
/// <param name="Cover">Id of its newest image; null: it has none.</param>
public sealed record BoardView(string Id, string Name, int Count, string? Cover);

/// <summary>A zip that is made as it is fetched.</summary>
/// <param name="Address">A path on this server.</param>
/// <param name="Count">Images in it.</param>
/// <param name="Bytes">About how large it is.</param>
public sealed record GalleryDownload(string Address, int Count, long Bytes);
