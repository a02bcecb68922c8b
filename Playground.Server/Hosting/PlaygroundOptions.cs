using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Hosting;

/// <summary>The <c>Playground</c> section of the configuration.</summary>
public sealed class PlaygroundOptions
{
    /// <summary>Where jobs and images are kept.</summary>
    [Required] public string Data { get; set; } = "../data";

    /// <summary>The folder whose subfolders are the models.</summary>
    [Required] public string Models { get; set; } = "../models";

    /// <summary>Which part of the device's time a training gets while samplings want it too, 0.05 to 1; alone it gets all.</summary>
    [Range(0.05, 1)] public double TrainingShare { get; set; } = 0.5;

    /// <summary>A folder whose IDX files and image folders everyone may train on; empty: none.</summary>
    public string TrainingData { get; set; } = "";

    /// <summary>Maximum bytes of a model that is imported, packed or unpacked; 4 GiB by default.</summary>
    [Range(1, long.MaxValue)] public long MaxModelBytes { get; set; } = 4L << 30;

    /// <summary>What evaluations may compare with besides data sets: IDX pairs and statistics (.npz).</summary>
    [Required] public string References { get; set; } = "../references";

    /// <summary>Feature extractors besides the bundled ones: ONNX files.</summary>
    [Required] public string Features { get; set; } = "../features";
}
