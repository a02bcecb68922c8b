using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>What a training learns from: examples x₀ of one shape, pictures or points, with optional class labels.</summary>
public interface IExamples
{
    /// <summary>Where the examples came from, as a person would say it.</summary>
    string Name { get; }

    int Count { get; }

    /// <summary>One example's shape: [C, H, W] of a picture, [D] of a point.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>Number of classes; null when the examples have no labels.</summary>
    int? Classes { get; }

    /// <summary>The classes' names, by label; empty where only their number is known.</summary>
    IReadOnlyList<string> ClassNames => [];

    /// <summary>
    /// SHA-256 of all contents and labels in their order, in hexadecimal; null where it cannot be told. Reads everything.
    /// </summary>
    string? ContentHash() => null;

    /// <summary>
    /// The examples at <paramref name="indices"/>: x₀ [N, …Shape] float32 and labels [N] int64 (0 without labels), on the CPU.
    /// </summary>
    (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> indices);
}
