using System.Globalization;

namespace Playground.Server.Datasets;

/// <summary>A row of <c>datasets</c>.</summary>
internal sealed record DatasetRow(string Id, string Owner, string Name, string Status, string? Address, string? Error, string? Report, string? Pack, long Bytes, string Created)
{
    public DateTime CreatedAt => DateTime.Parse(Created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <summary>A row of <c>dataset_versions</c>.</summary>
internal sealed record VersionRow(string Dataset, long Version, string Status, string Recipe, long Count, string? Hash, long Bytes, string? Error, string Created)
{
    public DateTime CreatedAt => DateTime.Parse(Created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
