using Playground.Client.Contracts;

namespace Playground.Server.Datasets.Inspection;

/// <summary>A file that a data set is to be made of.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What its sender calls it.</param>
/// <param name="Sha256">Of the whole.</param>
internal sealed record InspectedFile(string Path, string Name, string Sha256);

/// <summary>What an inspection found, and the pack that it wrote.</summary>
internal sealed record Inspection(IReadOnlyList<InspectedPicture> Pictures, IReadOnlyList<string> ClassNames, DatasetReport Report,
    string PackHash, long PackBytes);
