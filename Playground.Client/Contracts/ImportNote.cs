namespace Playground.Client.Contracts;

/// <summary>What an import did with its files: the codes of <see cref="DatasetReport.Notes"/>.</summary>
public static class ImportNote
{
    /// <summary>Folders such as train and test were put together.</summary>
    public const string SplitsMerged = "splits-merged";

    /// <summary>Images have no class where others have one: how many, the class that they got.</summary>
    public const string Unsorted = "unsorted";

    /// <summary>Too many folders to be classes: how many, the most.</summary>
    public const string TooManyClasses = "too-many-classes";

    /// <summary>Hidden files were skipped: how many.</summary>
    public const string Hidden = "hidden";

    /// <summary>Caption files were read in a guessed encoding: how many, the first one's name, its encoding.</summary>
    public const string GuessedEncoding = "guessed-encoding";

    /// <summary>File names in archives were read in a guessed encoding: how many.</summary>
    public const string GuessedNames = "guessed-names";

    /// <summary>Captions or labels belong to no image: how many.</summary>
    public const string UnusedCaptions = "unused-captions";

    /// <summary>Near duplicates were searched among close neighbors only.</summary>
    public const string PartialDuplicates = "partial-duplicates";
}
