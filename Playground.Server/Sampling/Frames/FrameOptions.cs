using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Sampling.Frames;

/// <summary>The <c>Playground:Frames</c> section of the configuration: what is kept of the way from noise to the images.</summary>
public sealed class FrameOptions
{
    internal const string Section = "Playground:Frames";

    /// <summary>
    /// Most bytes of frames that are kept for one owner, 1 GiB by default; beyond it those of the oldest runs that are not pinned go first.
    /// 0: none are kept.
    /// </summary>
    [Range(0, long.MaxValue)] public long BytesPerOwner { get; set; } = 1L << 30;

    /// <summary>Most bytes of frames of one run, 64 MiB by default; a run with more keeps every second frame, then every fourth …</summary>
    [Range(64 << 10, long.MaxValue)] public long BytesPerRun { get; set; } = 64L << 20;

    /// <summary>Most frames of one run, 250 by default; of a run with more steps every k-th is kept.</summary>
    [Range(2, 10_000)] public int PerRun { get; set; } = 250;

    /// <summary>
    /// Most bytes of pixels that wait to be written, of all runs together, 64 MiB by default; beyond it frames are left out.
    /// </summary>
    [Range(1 << 20, 4L << 30)] public long WaitingBytes { get; set; } = 64L << 20;
}
