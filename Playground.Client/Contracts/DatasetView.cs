using System.Text.Json.Serialization;

namespace Playground.Client.Contracts;

/// <summary>The states of a data set.</summary>
public static class DatasetStatus
{
    public const string Draft = "draft", Uploading = "uploading", Inspecting = "inspecting", Ready = "ready", Failed = "failed";
}

/// <summary>A data set as its owner sees it.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Status">One of <see cref="DatasetStatus"/>.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Progress">How far the work under way is; null when there is none.</param>
/// <param name="Uploads">What was uploaded, until the data set is made of it.</param>
/// <param name="Report">What the inspection found; null before it, and in lists.</param>
/// <param name="Versions">Oldest first.</param>
/// <param name="Bytes">What it takes on disk, versions and all.</param>
/// <param name="Created">When, in UTC.</param>
public sealed record DatasetView(
    string Id, string Name, string Status, string? Error, DatasetProgress? Progress, IReadOnlyList<DatasetUpload> Uploads,
    DatasetReport? Report, IReadOnlyList<DatasetVersion> Versions, long Bytes, DateTime Created)
{
    /// <summary>The sentences of <c>error</c> by codes of <see cref="JobError"/>; empty where they have none.</summary>
    public IReadOnlyList<Remark> ErrorRemarks { get; init; } = [];

    /// <summary>The job that makes it, or made it; null for a draft.</summary>
    public string? Job { get; init; }

    /// <summary>The newest version that can be used; null when there is none.</summary>
    [JsonIgnore]
    public DatasetVersion? Latest => Versions.LastOrDefault(v => v.Status == DatasetStatus.Ready);
}

/// <summary>How far a piece of work is.</summary>
/// <param name="Stage">What it does: <c>waiting</c>, <c>fetching</c>, <c>reading</c>, <c>comparing</c>, <c>packing</c>.</param>
/// <param name="Done">Bytes when fetching, else entries or pictures.</param>
/// <param name="Total">Null when unknown.</param>
/// <param name="Share">0 to 1; null when unknown.</param>
public sealed record DatasetProgress(string Stage, long Done, long? Total, double? Share);

/// <summary>A file that was uploaded for a data set.</summary>
/// <param name="Id">The upload's.</param>
/// <param name="Name">What its sender calls it.</param>
/// <param name="Length">Bytes when complete.</param>
/// <param name="Offset">Bytes that are there.</param>
/// <param name="Sha256">Once it is complete.</param>
public sealed record DatasetUpload(string Id, string Name, long Length, long Offset, string? Sha256);

/// <summary>A class and how many pictures it has.</summary>
public sealed record DatasetClass(string Name, int Count);

/// <summary>A version: which pictures, under which classes, how large. Never changed once it is made.</summary>
/// <param name="Version">1, 2, …</param>
/// <param name="Status"><c>inspecting</c> while it is packed, then <c>ready</c> or <c>failed</c>.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Channels">1: grey, 3: colour.</param>
/// <param name="Crop"><c>centre</c>, <c>squash</c> or <c>pad</c>.</param>
/// <param name="Classes">In the order of their labels, with how many pictures they have; empty when the pictures have none.</param>
/// <param name="Hash">SHA-256 of the packed file, which is its name; null until it is made.</param>
/// <param name="Bytes">Of the packed file.</param>
/// <param name="Progress">While it is packed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Created">When, in UTC.</param>
public sealed record DatasetVersion(
    int Version, string Status, int Count, int Size, int Channels, string Crop, IReadOnlyList<DatasetClass> Classes,
    string? Hash, long Bytes, DatasetProgress? Progress, string? Error, DateTime Created)
{
    /// <summary>The sentences of <c>error</c> by codes of <see cref="JobError"/>; empty where they have none.</summary>
    public IReadOnlyList<Remark> ErrorRemarks { get; init; } = [];

    /// <summary>The job that packs it, or packed it; null for the first version.</summary>
    public string? Job { get; init; }
}

/// <summary>What the caller keeps and may keep, in bytes.</summary>
/// <param name="Used">Uploads, data sets and versions.</param>
/// <param name="Quota">Most that they may take together.</param>
/// <param name="MaxUpload">Most that one upload or import may have.</param>
public sealed record DatasetStorage(long Used, long Quota, long MaxUpload);
