using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Gallery;

/// <summary>The <c>Playground:Gallery</c> section of the configuration.</summary>
public sealed class GalleryOptions
{
    internal const string Section = "Playground:Gallery";

    /// <summary>Images in one owner's gallery, those deleted that can be restored too; 100,000 by default.</summary>
    [Range(1, 10_000_000)] public int MaxImages { get; set; } = 100_000;

    /// <summary>Bytes of all files of one owner's gallery, 20 GiB by default.</summary>
    [Range(1, long.MaxValue)] public long MaxBytes { get; set; } = 20L << 30;

    /// <summary>Boards of one owner, 500 by default.</summary>
    [Range(1, 100_000)] public int MaxBoards { get; set; } = 500;

    /// <summary>How long a deleted image can be restored, a day by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")] public TimeSpan UndoTime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often images past that time are removed for good, every ten minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")] public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(10);
}
