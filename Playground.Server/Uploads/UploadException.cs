namespace Playground.Server.Uploads;

/// <summary>An upload that cannot go on as asked; the message says why and what to do, the status is HTTP's.</summary>
internal sealed class UploadException(int status, string message) : Exception(message)
{
    /// <summary>tus' own status for a part whose checksum differs.</summary>
    public const int ChecksumMismatch = 460;

    public int Status { get; } = status;
}
