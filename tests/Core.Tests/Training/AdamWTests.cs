using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Three_updates_of_a_weight_are_those_of_the_algorithm()
    {
        using var scope = NewDisposeScope();
        using var guard = enable_grad();
        var layer = nn.Linear(300, 200);
        using var optimizer = new AdamW(layer.named_parameters());
        var weight = layer.weight;
        var (w, m, v) = (weight.data<float>().ToArray().Select(x => (double)x).ToArray(), new double[60_000], new double[60_000]);
        for (var step = 1; step <= 3; step++)
        {
            (weight * weight * step).sum().backward();
            var g = weight.grad!.data<float>().ToArray();
            optimizer.Step(learningRate: 0.01, gradientScale: 0.5);
            layer.zero_grad();
            for (var i = 0; i < w.Length; i++)
            {
                m[i] = 0.9 * m[i] + 0.1 * 0.5 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * 0.25 * g[i] * g[i];
                w[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        var after = weight.data<float>().ToArray();
        for (var i = 0; i < w.Length; i++) Assert.Equal(w[i], after[i], 1e-5);
    }
}
