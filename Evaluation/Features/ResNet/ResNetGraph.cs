using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Features.ResNet;

/// <summary>
/// Builds a residual network anew from its file: for any number of images, each batch norm folded into the convolution before it
/// (W·γ/√(σ² + ε), β − μγ/√(σ² + ε)), and the convolutions that are worth it by Winograd's method.
/// </summary>
/// <param name="name">The network's name.</param>
/// <param name="file">
/// Its nodes: Conv, each with a BatchNormalization after it, Relu, MaxPool, Add, and at the end one AveragePool over all pixels. The
/// first takes blue, green, red.
/// </param>
/// <param name="winograd">Whether to use Winograd's method at all: other devices than processors have their own.</param>
internal sealed class ResNetGraph(string name, OnnxFile file, bool winograd)
{
    // Where a map is larger there are too few channels to pay for the additions.
    private const int LargestWinogradSize = 28;

    private readonly OnnxGraph _graph = new(name);
    private readonly Dictionary<string, Layer> _layers = [];
    private readonly Dictionary<string, OnnxNode> _convolutions = [];

    /// <summary>A value: [N, Channels, Size, Size], or with its channels last.</summary>
    private sealed record Layer(string Name, int Channels, int Size, bool ChannelsLast);

    /// <param name="mean">[3, size, size], red, green, blue, to be taken off the images.</param>
    /// <param name="size">Height and width of the images.</param>
    /// <returns>The graph: input <c>pictures</c>, float [N, 3, size, size], red, green, blue; output <c>features</c>, [N, C].</returns>
    /// <exception cref="FormatException">The file holds another network.</exception>
    public OnnxGraph Build(float[] mean, int size)
    {
        var pictures = _graph.Input("pictures", TensorElementType.Float, "N", 3, size, size);
        var centred = _graph.Node("Sub", [pictures, _graph.Constant("mean", [3, size, size], mean)]);
        _layers[file.Nodes[0].Inputs[0]] = new Layer(centred, 3, size, ChannelsLast: false);
        foreach (var node in file.Nodes)
        {
            if (node.Operation == "Conv") _convolutions[node.Output] = node;
            else if (node.Operation == "AveragePool") Output(_layers[node.Inputs[0]]);
            else _layers[node.Output] = Translate(node);
        }
        return _graph;
    }

    private Layer Translate(OnnxNode node) => node.Operation switch
    {
        "BatchNormalization" => Convolve(_convolutions[node.Inputs[0]], node),
        "Relu" => Relu(_layers[node.Inputs[0]]),
        "Add" => Add(_layers[node.Inputs[0]], _layers[node.Inputs[1]]),
        "MaxPool" => Pool(Laid(_layers[node.Inputs[0]], channelsLast: false), node),
        _ => throw new FormatException($"it has a node of {node.Operation}, which ResNet-18 has not"),
    };

    private Layer Convolve(OnnxNode node, OnnxNode norm)
    {
        var x = _layers[node.Inputs[0]];
        var (pads, stride, kernel) = (node.Integers["pads"], node.Integers["strides"][0], (int)node.Integers["kernel_shape"][0]);
        var (weight, bias) = Fold(node, norm, x.Channels * kernel * kernel);
        if (node == file.Nodes[0]) SwapBlueAndRed(weight, kernel * kernel);
        var size = SizeAfter(x, node);
        if (winograd && kernel == 3 && stride == 1 && size == x.Size && size <= LargestWinogradSize)
        {
            var result = WinogradConvolution.Add(_graph, node.Output, Laid(x, channelsLast: true).Name, size, weight, bias);
            return new Layer(result, bias.Length, size, ChannelsLast: true);
        }
        var convolved = _graph.Node(
            "Conv",
            [
                Laid(x, channelsLast: false).Name,
                _graph.Constant($"{node.Output}.weight", [bias.Length, x.Channels, kernel, kernel], weight),
                _graph.Constant($"{node.Output}.bias", [bias.Length], bias),
            ],
            ("kernel_shape", new long[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("pads", pads));
        return new Layer(convolved, bias.Length, size, ChannelsLast: false);
    }

    private Layer Relu(Layer x) => x with { Name = _graph.Node("Relu", [x.Name]) };

    private Layer Add(Layer x, Layer y) => x with { Name = _graph.Node("Add", [x.Name, Laid(y, x.ChannelsLast).Name]) };

    private Layer Pool(Layer x, OnnxNode node)
    {
        string[] attributes = ["kernel_shape", "strides", "pads"];
        var pooled = _graph.Node("MaxPool", [x.Name], [.. attributes.Select(a => (a, (object)node.Integers[a]))]);
        return x with { Name = pooled, Size = SizeAfter(x, node) };
    }

    private void Output(Layer x)
    {
        var pixels = x.ChannelsLast ? _graph.Integers(1, 2) : _graph.Integers(2, 3);
        _graph.Output(_graph.Node("ReduceMean", [x.Name, pixels], ("keepdims", 0L)), "features", TensorElementType.Float, "N", x.Channels);
    }

    private Layer Laid(Layer x, bool channelsLast)
    {
        if (x.ChannelsLast == channelsLast) return x;
        var order = channelsLast ? new[] { 0L, 2L, 3L, 1L } : [0L, 3L, 1L, 2L];
        return x with { Name = _graph.Node("Transpose", [x.Name], ("perm", order)), ChannelsLast = channelsLast };
    }

    private static int SizeAfter(Layer x, OnnxNode node)
    {
        var pads = node.Integers["pads"];
        return (int)((x.Size + pads[0] + pads[2] - node.Integers["kernel_shape"][0]) / node.Integers["strides"][0] + 1);
    }

    private (float[] Weight, float[] Bias) Fold(OnnxNode convolution, OnnxNode norm, int kernel)
    {
        var weight = file.Constant(convolution.Inputs[1]).ToArray();
        var gamma = file.Constant(norm.Inputs[1]);
        var beta = file.Constant(norm.Inputs[2]);
        var mean = file.Constant(norm.Inputs[3]);
        var variance = file.Constant(norm.Inputs[4]);
        var bias = new float[gamma.Length];
        if (weight.Length != bias.Length * kernel)
            throw new FormatException($"its '{convolution.Output}' has {weight.Length:N0} weights instead of {bias.Length * kernel:N0}");
        for (var k = 0; k < bias.Length; k++)
        {
            var scale = gamma[k] / Math.Sqrt(variance[k] + norm.Fractions["epsilon"]);
            bias[k] = (float)(beta[k] - mean[k] * scale);
            for (var i = k * kernel; i < (k + 1) * kernel; i++) weight[i] = (float)(weight[i] * scale);
        }
        return (weight, bias);
    }

    private static void SwapBlueAndRed(float[] weight, int plane)
    {
        for (var from = 0; from < weight.Length; from += 3 * plane)
        {
            for (var i = from; i < from + plane; i++) (weight[i], weight[i + 2 * plane]) = (weight[i + 2 * plane], weight[i]);
        }
    }
}
