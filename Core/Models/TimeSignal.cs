using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>What the blocks are told of time and class, computed once per call.</summary>
/// <param name="Embedding">[N, E].</param>
/// <param name="Activated">The activation of <paramref name="Embedding"/>, [N, E].</param>
internal readonly record struct TimeSignal(Tensor Embedding, Tensor Activated);
