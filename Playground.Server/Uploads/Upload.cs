using System.Globalization;

namespace Playground.Server.Uploads;

/// <summary>A row of <c>uploads</c>. How many bytes are there, the file itself tells.</summary>
/// <param name="Id">32 hexadecimal digits, also the file's name.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Name">What its sender calls the file; never part of a path.</param>
/// <param name="Length">Bytes when it is complete.</param>
/// <param name="Metadata">The header <c>Upload-Metadata</c> as it came.</param>
/// <param name="Dataset">The data set that it belongs to; null when none.</param>
/// <param name="Sha256">Of the whole, once it is complete.</param>
/// <param name="Created">When, in UTC.</param>
/// <param name="Expires">When it is swept away unless a data set has taken it.</param>
internal sealed record Upload(string Id, string Owner, string Name, long Length, string Metadata, string? Dataset, string? Sha256, string Created, string Expires)
{
    public bool IsComplete => Sha256 is not null;

    public DateTime ExpiresAt => DateTime.Parse(Expires, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
