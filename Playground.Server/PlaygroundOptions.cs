using Playground.Server.Datasets;
using Playground.Server.Uploads;

namespace Playground.Server;

/// <summary>The <c>Playground</c> section of the configuration.</summary>
public sealed class PlaygroundOptions
{
    /// <summary>Where jobs and pictures are kept.</summary>
    public string Data { get; set; } = "../data";

    /// <summary>The folder whose subfolders are the models.</summary>
    public string Models { get; set; } = "../models";

    /// <summary>What may be uploaded.</summary>
    public UploadOptions Uploads { get; set; } = new();

    /// <summary>What data sets may hold.</summary>
    public DatasetOptions Datasets { get; set; } = new();

    /// <summary>Most bytes of a model that is imported, packed or unpacked; 4 GiB unless told.</summary>
    public long MaxModelBytes { get; set; } = 4L << 30;
}

/// <summary>Who a row belongs to. On loopback there is one owner.</summary>
internal static class Owners
{
    public const string Local = "local";
}
