using Playground.Evaluation.Features.Onnx;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Playground.Evaluation.Features.Digits;

/// <summary>
/// The network that reads digits as an ONNX graph: <c>pictures</c> [N, 1, 28, 28] from 0 to 255 → <c>features</c> [N, 64] and <c>logits</c>
/// [N, 10].
/// </summary>
internal static class DigitGraph
{
    public static OnnxGraph Build(IReadOnlyDictionary<string, Tensor> weights)
    {
        var graph = new OnnxGraph("mnist-features");
        var pictures = graph.Input("pictures", TensorElementType.Float, "N", 1, 28, 28);
        var scaled = graph.Node("Mul", [pictures, graph.Constant("scale", [], [2 / 255f])]);
        var x = graph.Node("Add", [scaled, graph.Constant("shift", [], [-1f])]);
        x = Convolve(graph, weights, "_conv1", x);
        x = Convolve(graph, weights, "_conv2", x);
        var features = graph.Node("Relu", [graph.Node("Gemm", [graph.Node("Flatten", [x]), Constant(graph, weights, "_hidden.weight"),
            Constant(graph, weights, "_hidden.bias")], ("transB", 1L))]);
        graph.Output(features, "features", TensorElementType.Float, "N", DigitNetwork.Features);
        graph.Output(graph.Node("Gemm", [features, Constant(graph, weights, "_out.weight")], ("transB", 1L)), "logits",
            TensorElementType.Float, "N", DigitNetwork.Classes);
        graph.Metadata("extractor", "mnist-features");
        return graph;
    }

    private static string Convolve(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights, string layer, string x)
    {
        var convolved = graph.Node("Conv", [x, Constant(graph, weights, $"{layer}.weight"), Constant(graph, weights, $"{layer}.bias")],
            ("pads", new[] { 1L, 1L, 1L, 1L }));
        return graph.Node("MaxPool", [graph.Node("Relu", [convolved])], ("kernel_shape", new[] { 2L, 2L }), ("strides", new[] { 2L, 2L }));
    }

    private static string Constant(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights, string name)
    {
        using var guard = no_grad();
        using var values = weights[name].cpu().contiguous();
        return graph.Constant(name, values.shape, values.data<float>().ToArray());
    }
}
