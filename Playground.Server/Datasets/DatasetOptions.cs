using System.ComponentModel.DataAnnotations;
using Playground.Core.Data.Archives;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets;

/// <summary>The <c>Playground:Datasets</c> section of the configuration.</summary>
public sealed class DatasetOptions
{
    internal const string Section = "Playground:Datasets";

    /// <summary>Files in one data set, 200,000 by default.</summary>
    [Range(1, int.MaxValue)] public int MaxEntries { get; set; } = 200_000;

    /// <summary>Bytes of all files of a data set once decompressed, 20 GiB by default.</summary>
    [Range(1, long.MaxValue)] public long MaxRealBytes { get; set; } = 20L << 30;

    /// <summary>Real bytes for each compressed byte, 200 by default.</summary>
    [Range(1, int.MaxValue)] public int MaxRatio { get; set; } = 200;

    /// <summary>Longest side of a picture in pixels, 8192 by default.</summary>
    [Range(1, 65_535)] public int MaxSide { get; set; } = 8192;

    /// <summary>Pixels of a picture in all, 40 million by default.</summary>
    [Range(1, long.MaxValue)] public long MaxPixels { get; set; } = 40_000_000;

    /// <summary>Private networks that imports may reach all the same, such as <c>10.1.0.0/16</c>; none by default.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Redirects that an import follows, 5 by default.</summary>
    [Range(0, 20)] public int MaxRedirects { get; set; } = 5;

    /// <summary>How long an import may take, an hour by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")] public TimeSpan ImportTime { get; set; } = TimeSpan.FromHours(1);

    internal ArchiveLimits Archive => new() { MaxEntries = MaxEntries, MaxRealBytes = MaxRealBytes, MaxRatio = MaxRatio };

    internal PictureLimits Picture => new() { MaxWidth = MaxSide, MaxHeight = MaxSide, MaxPixels = MaxPixels };
}
