using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Features.Inception;

/// <summary>A node's output, [N, Channels, H, W].</summary>
internal sealed record InceptionValue(string Name, int Channels);

/// <summary>
/// The blocks of Inception, each batch norm (ε = 1e-3) folded into the convolution before it: W·γ/√(σ² + ε), β − μγ/√(σ² + ε).
/// </summary>
internal sealed class InceptionBlocks(OnnxGraph graph, WeightTable weights)
{
    private const double Epsilon = 1e-3;

    public InceptionValue Stem(InceptionValue x)
    {
        x = Convolution("Conv2d_1a_3x3", x, 32, 3, 3, stride: 2);
        x = Convolution("Conv2d_2a_3x3", x, 32, 3, 3);
        x = Convolution("Conv2d_2b_3x3", x, 64, 3, 3, pad: 1);
        x = MaxPool(x, stride: 2, pad: 0);
        x = Convolution("Conv2d_3b_1x1", x, 80, 1, 1);
        x = Convolution("Conv2d_4a_3x3", x, 192, 3, 3);
        return MaxPool(x, stride: 2, pad: 0);
    }

    public InceptionValue BlockA(string block, InceptionValue x, int pool) => Concat(
        Convolution($"{block}.branch1x1", x, 64, 1, 1),
        Convolution($"{block}.branch5x5_2", Convolution($"{block}.branch5x5_1", x, 48, 1, 1), 64, 5, 5, pad: 2),
        Convolution($"{block}.branch3x3dbl_3", Convolution($"{block}.branch3x3dbl_2", Convolution($"{block}.branch3x3dbl_1", x, 64, 1, 1),
            96, 3, 3, pad: 1), 96, 3, 3, pad: 1),
        Pooled($"{block}.branch_pool", x, pool));

    public InceptionValue BlockB(string block, InceptionValue x) => Concat(
        Convolution($"{block}.branch3x3", x, 384, 3, 3, stride: 2),
        Convolution($"{block}.branch3x3dbl_3", Convolution($"{block}.branch3x3dbl_2", Convolution($"{block}.branch3x3dbl_1", x, 64, 1, 1),
            96, 3, 3, pad: 1), 96, 3, 3, stride: 2),
        MaxPool(x, stride: 2, pad: 0));

    public InceptionValue BlockC(string block, InceptionValue x, int inner)
    {
        var seven = Convolution($"{block}.branch7x7_2", Convolution($"{block}.branch7x7_1", x, inner, 1, 1), inner, 1, 7, pad: 3);
        var twice = Convolution($"{block}.branch7x7dbl_2", Convolution($"{block}.branch7x7dbl_1", x, inner, 1, 1), inner, 7, 1, pad: 3);
        twice = Convolution($"{block}.branch7x7dbl_4", Convolution($"{block}.branch7x7dbl_3", twice, inner, 1, 7, pad: 3), inner, 7, 1,
            pad: 3);
        return Concat(
            Convolution($"{block}.branch1x1", x, 192, 1, 1),
            Convolution($"{block}.branch7x7_3", seven, 192, 7, 1, pad: 3),
            Convolution($"{block}.branch7x7dbl_5", twice, 192, 1, 7, pad: 3),
            Pooled($"{block}.branch_pool", x, 192));
    }

    public InceptionValue BlockD(string block, InceptionValue x)
    {
        var seven = Convolution($"{block}.branch7x7x3_2", Convolution($"{block}.branch7x7x3_1", x, 192, 1, 1), 192, 1, 7, pad: 3);
        return Concat(
            Convolution($"{block}.branch3x3_2", Convolution($"{block}.branch3x3_1", x, 192, 1, 1), 320, 3, 3, stride: 2),
            Convolution($"{block}.branch7x7x3_4", Convolution($"{block}.branch7x7x3_3", seven, 192, 7, 1, pad: 3), 192, 3, 3, stride: 2),
            MaxPool(x, stride: 2, pad: 0));
    }

    public InceptionValue BlockE(string block, InceptionValue x, bool maxPool)
    {
        var three = Convolution($"{block}.branch3x3_1", x, 384, 1, 1);
        var twice = Convolution($"{block}.branch3x3dbl_2", Convolution($"{block}.branch3x3dbl_1", x, 448, 1, 1), 384, 3, 3, pad: 1);
        return Concat(
            Convolution($"{block}.branch1x1", x, 320, 1, 1),
            Convolution($"{block}.branch3x3_2a", three, 384, 1, 3, pad: 1),
            Convolution($"{block}.branch3x3_2b", three, 384, 3, 1, pad: 1),
            Convolution($"{block}.branch3x3dbl_3a", twice, 384, 1, 3, pad: 1),
            Convolution($"{block}.branch3x3dbl_3b", twice, 384, 3, 1, pad: 1),
            maxPool ? Convolution($"{block}.branch_pool", MaxPool(x, stride: 1, pad: 1), 192, 1, 1)
                : Pooled($"{block}.branch_pool", x, 192));
    }

    private InceptionValue Pooled(string name, InceptionValue x, int channels)
    {
        var pooled = graph.Node("AveragePool", [x.Name], ("kernel_shape", new[] { 3L, 3L }), ("pads", new[] { 1L, 1L, 1L, 1L }),
            ("count_include_pad", 0L));
        return Convolution(name, new InceptionValue(pooled, x.Channels), channels, 1, 1);
    }

    private InceptionValue MaxPool(InceptionValue x, long stride, long pad)
        => x with
        {
            Name = graph.Node("MaxPool", [x.Name], ("kernel_shape", new[] { 3L, 3L }), ("strides", new[] { stride, stride }),
            ("pads", new[] { pad, pad, pad, pad }))
        };

    private InceptionValue Concat(params InceptionValue[] branches)
        => new(graph.Node("Concat", [.. branches.Select(b => b.Name)], ("axis", 1L)), branches.Sum(b => b.Channels));

    // A kernel one row high is padded in its columns only, and one column wide in its rows only.
    private InceptionValue Convolution(string name, InceptionValue x, int channels, int height, int width, long stride = 1, long pad = 0)
    {
        var (weight, bias) = Fold(name, channels, x.Channels, height, width);
        var (rows, columns) = (height > 1 ? pad : 0, width > 1 ? pad : 0);
        var convolved = graph.Node(
            "Conv", [x.Name, graph.Constant($"{name}.weight", [channels, x.Channels, height, width], weight),
                graph.Constant($"{name}.bias", [channels], bias)],
            ("kernel_shape", new long[] { height, width }), ("strides", new[] { stride, stride }),
            ("pads", new[] { rows, columns, rows, columns }));
        return new InceptionValue(graph.Node("Relu", [convolved]), channels);
    }

    private (float[] Weight, float[] Bias) Fold(string name, int channels, int inputs, int height, int width)
    {
        float[] Norm(string part) => weights.Take($"{name}.bn.{part}", channels);
        var kernel = weights.Take($"{name}.conv.weight", channels, inputs, height, width);
        var (gamma, beta, mean, variance) = (Norm("weight"), Norm("bias"), Norm("running_mean"), Norm("running_var"));
        var (weight, bias, size) = (new float[kernel.Length], new float[channels], kernel.Length / channels);
        for (var c = 0; c < channels; c++)
        {
            var scale = gamma[c] / Math.Sqrt(variance[c] + Epsilon);
            bias[c] = (float)(beta[c] - mean[c] * scale);
            for (var i = c * size; i < (c + 1) * size; i++) weight[i] = (float)(kernel[i] * scale);
        }
        return (weight, bias);
    }
}
