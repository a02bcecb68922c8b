namespace Playground.Evaluation.Features;

/// <summary>What an extractor runs on.</summary>
public sealed record ExtractorOptions
{
    /// <summary>True: on a CUDA device or not at all; false: on the processor. Null, the default: on CUDA where it works.</summary>
    public bool? Cuda { get; init; }

    /// <summary>Threads that share one run on the processor; 1 unless told, since several runs at once use the cores better.</summary>
    public int ThreadsPerRun { get; init; } = 1;
}
