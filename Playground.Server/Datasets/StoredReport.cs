using System.Text.Json;
using Playground.Client.Contracts;

namespace Playground.Server.Datasets;

/// <summary>The report of an import as a data set's row keeps it.</summary>
internal static class StoredReport
{
    private static readonly JsonSerializerOptions s_options = new() { Converters = { new RemarkConverter() } };

    /// <param name="json">What the row has; null or empty before the import has ended.</param>
    public static DatasetReport? Read(string? json)
        => string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<DatasetReport>(json, s_options);
}
