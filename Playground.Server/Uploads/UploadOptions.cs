using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Uploads;

/// <summary>The <c>Playground:Uploads</c> section of the configuration.</summary>
public sealed class UploadOptions
{
    internal const string Section = "Playground:Uploads";

    /// <summary>Bytes of one upload or import, 5 GiB by default.</summary>
    [Range(1, long.MaxValue)] public long MaxBytes { get; set; } = 5L << 30;

    /// <summary>Bytes that one owner may keep in uploads and data sets together, 50 GiB by default.</summary>
    [Range(1, long.MaxValue)] public long Quota { get; set; } = 50L << 30;

    /// <summary>Bytes that are left free on the disk, 1 GiB by default.</summary>
    [Range(0, long.MaxValue)] public long DiskReserve { get; set; } = 1L << 30;

    /// <summary>How long an upload is kept after its last byte came, unless it became a data set; 24 hours by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")] public TimeSpan Expiry { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often expired uploads are swept away, 10 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")] public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(10);
}
