using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;

namespace Playground.Evaluation.Clip;

/// <summary>The inputs and outputs of a CLIP export, found by name, type and shape.</summary>
/// <param name="Ids">Token ids, int64 [N, L]; null where the graph takes no text.</param>
/// <param name="Mask">Which places hold tokens, int64 [N, L]; null where the graph has no such input.</param>
/// <param name="Pixels">float32 [N, 3, S, S]; null where the graph takes no pictures.</param>
/// <param name="TextEmbeds">float32 [N, E]; null where there is none.</param>
/// <param name="ImageEmbeds">float32 [N, E]; null where there is none.</param>
internal sealed record ClipGraph(string? Ids, string? Mask, string? Pixels, string? TextEmbeds, string? ImageEmbeds)
{
    /// <exception cref="PlaygroundException">An input that is no part of CLIP's, or none of its outputs.</exception>
    public static ClipGraph Of(InferenceSession session, string file)
    {
        string? ids = null, mask = null, pixels = null;
        foreach (var (name, node) in session.InputMetadata)
        {
            if (node is { ElementDataType: TensorElementType.Int64, Dimensions.Length: 2 }
                && name.Contains("mask", StringComparison.OrdinalIgnoreCase)) mask = name;
            else if (node is { ElementDataType: TensorElementType.Int64, Dimensions.Length: 2 } && ids is null
            && !name.Contains("position", StringComparison.OrdinalIgnoreCase)) ids = name;
            else if (node is { ElementDataType: TensorElementType.Float, Dimensions: [_, 3 or -1, _, _] } && pixels is null) pixels = name;
            else throw new PlaygroundException(
            $"'{file}' has the input '{name}', {Shape(node)}; a CLIP export takes token ids (Int64 [N, L]), perhaps their mask, and pixels "
                + $"(Float [N, 3, S, S]). It has: {Describe(session)}.");
        }
        var graph = new ClipGraph(ids, mask, pixels, Embedding(session, "text", ids is not null && pixels is null),
            Embedding(session, "image", pixels is not null && ids is null));
        return graph.TextEmbeds is not null && ids is not null || graph.ImageEmbeds is not null && pixels is not null ? graph
            : throw new PlaygroundException($"'{file}' gives no embeddings of texts or pictures (Float [N, E]); it "
            + $"has: {Describe(session)}. Export CLIP with its projection.");
    }

    // An embedding says so in its name; where a graph of one kind has a single matrix to give, it is that. The pooled state before the
    // projection is not.
    private static string? Embedding(InferenceSession session, string kind, bool alone)
    {
        var matrices = session.OutputMetadata.Where(o => o.Value is { ElementDataType: TensorElementType.Float, Dimensions.Length: 2 })
            .Select(o => o.Key).ToList();
        return matrices.FirstOrDefault(n => n.Contains(kind, StringComparison.OrdinalIgnoreCase)
            && n.Contains("embed", StringComparison.OrdinalIgnoreCase))
            ?? (alone && matrices is [var only] && !only.Contains("pool", StringComparison.OrdinalIgnoreCase) ? only : null);
    }

    private static string Describe(InferenceSession session)
        => $"inputs {string.Join(", ", session.InputMetadata.Select(i => $"{i.Key} {Shape(i.Value)}"))}; outputs {string.Join(", ",
            session.OutputMetadata.Select(o => $"{o.Key} {Shape(o.Value)}"))}";

    private static string Shape(NodeMetadata node)
        => $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}]";
}
