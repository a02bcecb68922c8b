namespace Playground.Client.Contracts;

/// <summary>A data set to be made. With neither uploads nor an address it is a draft that waits for uploads.</summary>
public sealed record NewDataset
{
    /// <summary>1 to 100 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>Ids of complete uploads: archives, pictures, captions, together one data set.</summary>
    public IReadOnlyList<string> Uploads { get; init; } = [];

    /// <summary>An http or https address to fetch it from; null: uploads only.</summary>
    public string? Address { get; init; }
}

/// <summary>What a new version is to have; what is null stays as it is in the version that it is made from.</summary>
public sealed record DatasetEdit
{
    /// <summary>Another name for the data set itself; makes no version.</summary>
    public string? Name { get; init; }

    /// <summary>The version to start from; null: the newest.</summary>
    public int? From { get; init; }

    /// <summary>Numbers of pictures to leave out.</summary>
    public IReadOnlyList<int>? Exclude { get; init; }

    /// <summary>Numbers of pictures to take in again.</summary>
    public IReadOnlyList<int>? Include { get; init; }

    /// <summary>Names of classes whose pictures are to be left out.</summary>
    public IReadOnlyList<string>? ExcludeClasses { get; init; }

    /// <summary>Leaves out all but the first of each group: <c>exact</c> or <c>similar</c> (which has the exact ones too).</summary>
    public string? ExcludeDuplicates { get; init; }

    /// <summary>New names of classes by the old ones; two of one name become one class.</summary>
    public IReadOnlyDictionary<string, string>? Rename { get; init; }

    /// <summary>Height and width in pixels, 8 to 512.</summary>
    public int? Size { get; init; }

    /// <summary>1: grey, 3: colour.</summary>
    public int? Channels { get; init; }

    /// <summary><c>centre</c>, <c>squash</c> or <c>pad</c>.</summary>
    public string? Crop { get; init; }
}

/// <summary>Which pictures are asked for.</summary>
public sealed record DatasetPictureQuery
{
    /// <summary>The version; null: the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Only those of this class of the version.</summary>
    public string? Class { get; init; }

    /// <summary>true: only those that the version leaves out; false: only those that it has; null: both.</summary>
    public bool? Excluded { get; init; }

    /// <summary><c>exact</c> or <c>similar</c>: only those with a duplicate, group by group; null: all.</summary>
    public string? Duplicates { get; init; }

    /// <summary>Only those of this group of duplicates.</summary>
    public int? Group { get; init; }

    /// <summary>How many to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>How many to give, 1 to 500.</summary>
    public int Take { get; init; } = 100;
}

/// <summary>A page of pictures.</summary>
/// <param name="Total">All that the query finds.</param>
/// <param name="Pictures">Those of the page.</param>
public sealed record DatasetPicturePage(int Total, IReadOnlyList<DatasetPicture> Pictures);

/// <summary>A picture of a data set.</summary>
/// <param name="Number">0-based; the same in every version.</param>
/// <param name="Name">The path that it came under.</param>
/// <param name="Class">The version's name of its class; null when it has none.</param>
/// <param name="Caption">Null when it has none.</param>
/// <param name="Width">Of the original, upright.</param>
/// <param name="Height">Of the original, upright.</param>
/// <param name="Excluded">Whether the version leaves it out.</param>
/// <param name="Group">Pictures of one group are duplicates of each other; null when there are none.</param>
/// <param name="Exact">Whether another picture has its very pixels.</param>
public sealed record DatasetPicture(int Number, string Name, string? Class, string? Caption, int Width, int Height, bool Excluded,
    int? Group, bool Exact);
