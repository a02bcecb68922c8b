namespace Playground.Evaluation.Features;

/// <summary>What an extractor runs on.</summary>
public sealed record ExtractorOptions
{
    /// <summary>Whether the network runs on a CUDA device; false unless told.</summary>
    public bool Cuda { get; init; }

    /// <summary>Threads that share one run; 1 unless told, since several runs at once use the cores better.</summary>
    public int ThreadsPerRun { get; init; } = 1;
}
