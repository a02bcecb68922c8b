using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;
using Playground.Evaluation.Features.Onnx;
using Playground.Evaluation.Features.Torch;

namespace Playground.Evaluation.Features.Inception;

/// <summary>
/// The Inception network that the Fréchet Inception Distance is defined with (Heusel et al. 2017), as pytorch-fid carries it: the
/// layers of Szegedy et al. 2015 with the average pools that do not count their padding, and a max pool in the last block. Built as
/// an ONNX graph from pytorch-fid's weights.
/// </summary>
/// <remarks>
/// Input <c>pictures</c>, float [N, 3, H, W], 0 to 255, of any size; they are resized to 299×299 (bilinear, half-pixel centres, no
/// antialiasing; a picture of that size stays as it is) and mapped to 2v/255 − 1. Outputs <c>features</c> [N, 2048] and
/// <c>logits</c> [N, 1008]; the logits leave the last layer's bias out, as the Inception score's first implementation did.
/// </remarks>
public static class FidInception
{
    /// <summary>What reports call it, and what its file says of itself.</summary>
    public const string Name = "fid-inception";

    internal const int Size = 299;
    private const int Features = 2048, Classes = 1008;

    /// <summary>Writes the ONNX file from a file of pytorch-fid's weights, in PyTorch's zip form or the older one.</summary>
    /// <param name="weights">The .pth file.</param>
    /// <param name="onnx">The file to write; it appears when it is whole.</param>
    /// <exception cref="PlaygroundException">The file is not one of weights, or not of this network's; the message says what does not
    /// fit.</exception>
    public static void Convert(string weights, string onnx)
    {
        if (!File.Exists(weights)) throw new PlaygroundException(
            $"The weights '{weights}' do not exist: './playground download fid-inception' fetches them, or says where they are.");
        try
        {
            Build(TorchFile.Read(weights)).Save(onnx);
        }
        catch (WeightsException e)
        {
            throw new PlaygroundException($"'{weights}' cannot be used as weights: {e.Message}.", e);
        }
    }

    /// <summary>Builds the graph from the network's tensors by name.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or left over.</exception>
    internal static OnnxGraph Build(IReadOnlyDictionary<string, TorchTensor> weights)
    {
        var table = new WeightTable(weights);
        var graph = Build(table);
        table.Check("pytorch-fid's Inception");
        return graph;
    }

    /// <summary>The names and shapes of the tensors that the network is made of.</summary>
    internal static IReadOnlyDictionary<string, long[]> Tensors()
    {
        var table = new WeightTable(new Dictionary<string, TorchTensor>());
        Build(table);
        return table.Asked;
    }

    private static OnnxGraph Build(WeightTable table)
    {
        var graph = new OnnxGraph(Name);
        var net = new InceptionBlocks(graph, table);
        var pictures = graph.Input("pictures", TensorElementType.Float, "N", 3, "H", "W");

        var x = net.Stem(Normalize(graph, pictures));
        x = net.BlockA("Mixed_5b", x, pool: 32);
        x = net.BlockA("Mixed_5c", x, pool: 64);
        x = net.BlockA("Mixed_5d", x, pool: 64);
        x = net.BlockB("Mixed_6a", x);
        x = net.BlockC("Mixed_6b", x, inner: 128);
        x = net.BlockC("Mixed_6c", x, inner: 160);
        x = net.BlockC("Mixed_6d", x, inner: 160);
        x = net.BlockC("Mixed_6e", x, inner: 192);
        x = net.BlockD("Mixed_7a", x);
        x = net.BlockE("Mixed_7b", x, maxPool: false);
        x = net.BlockE("Mixed_7c", x, maxPool: true);

        var features = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x.Name])]);
        var weight = graph.Constant("fc.weight", [Classes, Features], table.Take("fc.weight", Classes, Features));
        table.Take("fc.bias", Classes);
        graph.Output(features, "features", TensorElementType.Float, "N", Features);
        graph.Output(graph.Node("Gemm", [features, weight], ("transB", 1L)), "logits", TensorElementType.Float, "N", Classes);
        graph.Metadata("extractor", Name);
        return graph;
    }

    private static InceptionValue Normalize(OnnxGraph graph, string pictures)
    {
        var resized = graph.Node(
            "Resize", [pictures, "", "", graph.Constant("size", [2], [(long)Size, Size])],
            ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("axes", new[] { 2L, 3L }));
        var scaled = graph.Node("Mul", [resized, graph.Constant("scale", [], [2 / 255f])]);
        return new InceptionValue(graph.Node("Add", [scaled, graph.Constant("shift", [], [-1f])]), 3);
    }
}
