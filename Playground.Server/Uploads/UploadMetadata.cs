using System.Text;
using Microsoft.AspNetCore.Http;
using Playground.Client.Contracts;

namespace Playground.Server.Uploads;

/// <summary>The tus header <c>Upload-Metadata</c>: keys with base64 values, parted by commas.</summary>
internal static class UploadMetadata
{
    private const int MaxLength = 8 << 10;

    /// <exception cref="RequestException">The header is not of that form, or too long.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string? header)
    {
        var values = new Dictionary<string, string>();
        if (string.IsNullOrWhiteSpace(header)) return values;
        if (header.Length > MaxLength) throw Bad($"it has {header.Length} characters; the limit is {MaxLength}");
        foreach (var pair in header.Split(','))
        {
            var parts = pair.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length is not (1 or 2) || !parts[0].All(char.IsAscii)) throw Bad($"'{pair}' is not a key and a value");
            var value = parts.Length == 1 ? "" : Decode(parts[1]);
            // JavaScript writes what it does not have as a word.
            if (value is "null" or "undefined") continue;
            if (!values.TryAdd(parts[0], value)) throw Bad($"the key '{parts[0]}' stands twice");
        }
        return values;
    }

    private static string Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw Bad($"'{base64}' is not base64");
    }

    private static RequestException Bad(string why) => new(StatusCodes.Status400BadRequest,
        $"The header Upload-Metadata cannot be read: {why}. Write 'filename d29ybGQ=,filetype aW1hZ2U='.");
}
