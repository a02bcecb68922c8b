namespace Playground.Client.Contracts;

/// <summary>What the inspection of a data set found.</summary>
/// <param name="Entries">Files that came.</param>
/// <param name="Pictures">Those that became pictures.</param>
/// <param name="Classes">As they came, in alphabetical order; empty when the pictures have none.</param>
/// <param name="Captions">Pictures with a caption.</param>
/// <param name="Grey">Pictures of one channel.</param>
/// <param name="Transparent">Pictures with transparent parts; these are laid over white.</param>
/// <param name="Formats">Pictures by file format.</param>
/// <param name="Sizes">Pictures by the length of their shorter side.</param>
/// <param name="Commonest">The commonest sizes.</param>
/// <param name="Exact">Pictures whose pixels another has.</param>
/// <param name="Similar">Pictures that nearly equal another.</param>
/// <param name="LeftOut">Entries that were left out, by reason.</param>
/// <param name="Examples">The first of them by name.</param>
/// <param name="Notes">What was done with what came, by the codes of <see cref="ImportNote"/>.</param>
/// <param name="Files">What came, with its SHA-256.</param>
public sealed record DatasetReport(
    int Entries, int Pictures, IReadOnlyList<DatasetClass> Classes, int Captions, int Grey, int Transparent,
    IReadOnlyList<DatasetCount> Formats, IReadOnlyList<DatasetCount> Sizes, IReadOnlyList<DatasetCount> Commonest,
    DatasetDuplicates Exact, DatasetDuplicates Similar, IReadOnlyList<DatasetCount> LeftOut, IReadOnlyList<DatasetLeftOut> Examples,
    IReadOnlyList<Remark> Notes, IReadOnlyList<DatasetFile> Files)
{
    /// <summary>What lines of <c>metadata.jsonl</c> say of pictures besides captions and classes, by the names that captions can be made of
    /// it with.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>How many are of some kind.</summary>
public sealed record DatasetCount(string Name, int Count);

/// <summary>Pictures that are alike.</summary>
/// <param name="Groups">Groups of two or more.</param>
/// <param name="Extra">Pictures that would go if one of each group stayed.</param>
public sealed record DatasetDuplicates(int Groups, int Extra);

/// <summary>An entry that was left out, and why.</summary>
public sealed record DatasetLeftOut(string Name, string Reason);

/// <summary>A file that a data set was made of.</summary>
public sealed record DatasetFile(string Name, long Bytes, string Sha256);
