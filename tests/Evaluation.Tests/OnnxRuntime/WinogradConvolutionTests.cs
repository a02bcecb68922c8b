using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Tests.OnnxRuntime;

public sealed class WinogradConvolutionTests
{
    [Theory]
    [InlineData(8, 5, 3, 2)]
    [InlineData(7, 4, 6, 3)]
    [InlineData(1, 3, 2, 1)]
    [InlineData(2, 1, 1, 4)]
    public void The_result_is_that_of_the_sum_over_each_window(int size, int channels, int outputs, int batch)
    {
        var random = new Random(size);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        var (x, weight, bias) = (Numbers(batch * size * size * channels), Numbers(outputs * channels * 9), Numbers(outputs));
        var graph = new OnnxGraph("winograd");
        var given = graph.Input("x", TensorElementType.Float, "N", size, size, channels);
        graph.Output(WinogradConvolution.Add(graph, "layer", given, size, weight, bias), "y", TensorElementType.Float, "N", size, size,
            outputs);

        using var session = InferenceSessionTests.Session(graph);
        using var input = OrtValue.CreateTensorValueFromMemory(x, [batch, size, size, channels]);
        using var run = new RunOptions();
        using var result = session.Run(run, ["x"], [input], ["y"]);
        Assert.Equal([batch, size, size, outputs], result[0].GetTensorTypeAndShape().Shape);
        Assert.All(result[0].GetTensorDataAsSpan<float>().ToArray().Index(), y => Assert.Equal(Sum(y.Index), y.Item, 1e-5));

        double Sum(int index)
        {
            var (k, pixel) = (index % outputs, index / outputs);
            var (column, row, n) = (pixel % size, pixel / size % size, pixel / size / size);
            var sum = (double)bias[k];
            for (var dy = -1; dy <= 1; dy++)
            {
                for (var dx = -1; dx <= 1; dx++)
                {
                    if (row + dy < 0 || row + dy >= size || column + dx < 0 || column + dx >= size) continue;
                    for (var c = 0; c < channels; c++)
                    {
                        var at = ((n * size + row + dy) * size + column + dx) * channels + c;
                        sum += x[at] * (double)weight[(k * channels + c) * 9 + (dy + 1) * 3 + dx + 1];
                    }
                }
            }
            return sum;
        }
    }
}
