using Playground.Core.Data.Archives;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets;

/// <summary>The <c>Playground:Datasets</c> section of the configuration.</summary>
public sealed class DatasetOptions
{
    /// <summary>Files in one data set, 200,000 unless told.</summary>
    public int MaxEntries { get; set; } = 200_000;

    /// <summary>Bytes of all files of a data set once decompressed, 20 GiB unless told.</summary>
    public long MaxRealBytes { get; set; } = 20L << 30;

    /// <summary>Real bytes for each compressed byte, 200 unless told.</summary>
    public int MaxRatio { get; set; } = 200;

    /// <summary>Longest side of a picture in pixels, 8192 unless told.</summary>
    public int MaxSide { get; set; } = 8192;

    /// <summary>Pixels of a picture in all, 40 million unless told.</summary>
    public long MaxPixels { get; set; } = 40_000_000;

    /// <summary>Private networks that imports may reach all the same, such as <c>10.1.0.0/16</c>; none unless told.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Redirects that an import follows, 5 unless told.</summary>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>How long an import may take, an hour unless told.</summary>
    public TimeSpan ImportTime { get; set; } = TimeSpan.FromHours(1);

    internal ArchiveLimits Archive => new() { MaxEntries = MaxEntries, MaxRealBytes = MaxRealBytes, MaxRatio = MaxRatio };

    internal PictureLimits Picture => new() { MaxWidth = MaxSide, MaxHeight = MaxSide, MaxPixels = MaxPixels };
}
