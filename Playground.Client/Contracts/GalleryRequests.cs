using System.ComponentModel;

namespace Playground.Client.Contracts;

/// <summary>Which images of a run to save.</summary>
public sealed record GallerySave
{
    /// <summary>The run: a job's id.</summary>
    public string Run { get; init; } = "";

    /// <summary>Which of its images, from 0 on; empty: all.</summary>
    public IReadOnlyList<int> Images { get; init; } = [];

    /// <summary>The board that they go on; null: none.</summary>
    public string? Board { get; init; }
}

/// <summary>Images by their ids.</summary>
public sealed record GallerySelection
{
    /// <summary>1 to 50,000 ids.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];
}

/// <summary>What to change of images; null: leave it.</summary>
public sealed record GalleryEdit
{
    /// <summary>1 to 50,000 ids.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Whether they are starred.</summary>
    public bool? Starred { get; init; }

    /// <summary>0 to 5; 0: not rated.</summary>
    public int? Rating { get; init; }

    /// <summary>The board to move them to; empty: off their board.</summary>
    public string? Board { get; init; }

    /// <summary>Tags to add, of 1 to 50 characters each.</summary>
    public IReadOnlyList<string> AddTags { get; init; } = [];

    /// <summary>Tags to remove.</summary>
    public IReadOnlyList<string> RemoveTags { get; init; } = [];

    /// <summary>The note, of at most 2,000 characters; empty: none.</summary>
    public string? Note { get; init; }
}

/// <summary>A board's name.</summary>
/// <param name="Name">1 to 100 characters.</param>
public sealed record BoardName(string Name);

/// <summary>Which images, and in which order. What is null does not filter.</summary>
public sealed record GalleryQuery
{
    /// <summary>The order with the newest first, which is the default.</summary>
    public const string Newest = "newest";

    /// <summary>The order with the oldest first.</summary>
    public const string Oldest = "oldest";

    /// <summary>In place of a board's id: images on no board.</summary>
    public const string NoBoard = "none";

    /// <summary>Words that must all be in the prompt, the note, a tag or the name of the model, the data set or the sampler.</summary>
    [Description("Words that must all occur in the prompt, the note, the tags or the names of model, data set and sampler.")]
    public string? Text { get; init; }

    /// <summary>The model's name.</summary>
    [Description("Name of the model.")]
    public string? Model { get; init; }

    /// <summary>The data set's name.</summary>
    [Description("Name of the data set that the model was trained on.")]
    public string? Dataset { get; init; }

    /// <summary>The sampler's name.</summary>
    [Description("Name of the sampler.")]
    public string? Sampler { get; init; }

    /// <summary>The seed.</summary>
    [Description("The seed.")]
    public long? Seed { get; init; }

    /// <summary>The class.</summary>
    [Description("The class.")]
    public int? Class { get; init; }

    /// <summary>A tag.</summary>
    [Description("A tag.")]
    public string? Tag { get; init; }

    /// <summary>A board's id, or <see cref="NoBoard"/>.</summary>
    [Description("Id of a board, or none: images on no board.")]
    public string? Board { get; init; }

    /// <summary>The run that made them.</summary>
    [Description("Id of the run that made them.")]
    public string? Run { get; init; }

    /// <summary>Saved then or later.</summary>
    [Description("Saved at that time or later, as an ISO 8601 date or time.")]
    public DateTimeOffset? From { get; init; }

    /// <summary>Saved before.</summary>
    [Description("Saved before that time.")]
    public DateTimeOffset? To { get; init; }

    /// <summary>Only those that are, or only those that are not.</summary>
    [Description("true: only starred ones; false: only others.")]
    public bool? Starred { get; init; }

    /// <summary>At least so many stars of 5.</summary>
    [Description("Rated at least so, 0 to 5.")]
    public int? Rating { get; init; }

    /// <summary>Those that were deleted and can be restored, in place of those that were not.</summary>
    [Description("true: those deleted that can be restored.")]
    public bool? Deleted { get; init; }

    /// <summary><see cref="Newest"/> or <see cref="Oldest"/>.</summary>
    [Description("newest (the default) or oldest first.")]
    public string? Sort { get; init; }

    /// <summary>The page after the one that gave this as its <see cref="GalleryPage.Next"/>.</summary>
    [Description("The next of an earlier page: what comes after it.")]
    public string? After { get; init; }

    /// <summary>How many to pass over.</summary>
    [Description("How many to pass over.")]
    public int? Skip { get; init; }

    /// <summary>How many to give, 1 to 500.</summary>
    [Description("How many to give, 1 to 500; 100 by default.")]
    public int? Take { get; init; }
}
