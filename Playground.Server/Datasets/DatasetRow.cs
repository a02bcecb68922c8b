using System.Globalization;

namespace Playground.Server.Datasets;

/// <summary>A row of <c>datasets</c>.</summary>
internal sealed record DatasetRow
{
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    public required string Status { get; init; }

    /// <summary>Where it is imported from.</summary>
    public string? Address { get; init; }

    public string? Error { get; init; }

    /// <summary>JSON; not read for lists.</summary>
    public string? Report { get; init; }

    /// <summary>The SHA-256 of the pack of its pictures.</summary>
    public string? Pack { get; init; }

    /// <summary>The pack's.</summary>
    public long Bytes { get; init; }

    public required string Created { get; init; }

    public DateTime CreatedAt => DateTime.Parse(Created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <summary>A row of <c>dataset_versions</c>.</summary>
internal sealed record VersionRow(string Dataset, long Version, string Status, string Recipe, long Count, string? Hash, long Bytes, string? Error, string Created)
{
    public DateTime CreatedAt => DateTime.Parse(Created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
