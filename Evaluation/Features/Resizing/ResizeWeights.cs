namespace Playground.Evaluation.Features.Resizing;

/// <summary>A line's resizing: pixel i of the result is the sum of Weights[i·Taps + k] × pixel Starts[i] + k over k below Taps.</summary>
/// <param name="Taps">Pixels that one of the result is made of, at least 1.</param>
/// <param name="Starts">The first of them; all Taps lie within the line.</param>
/// <param name="Weights">Taps for each pixel of the result; they sum to 1.</param>
internal sealed record ResizeWeights(int Taps, int[] Starts, float[] Weights)
{
    /// <summary>Weights from a line of <paramref name="from"/> pixels to one of <paramref name="to"/>.</summary>
    public static ResizeWeights Of(ResizeFilter filter, int from, int to) => filter switch
    {
        _ when from == to => new(1, [.. Enumerable.Range(0, to)], [.. Enumerable.Repeat(1f, to)]),
        // PyTorch rounds the scale to float32 and then computes in double; TensorFlow stays in float32.
        ResizeFilter.HalfPixelBilinear => Bilinear(from, to, i => Math.Max(0, (float)from / to * (i + .5) - .5)),
        ResizeFilter.AsymmetricBilinear => Bilinear(from, to, i => i * ((float)from / to)),
        _ => Bicubic(from, to),
    };

    private static ResizeWeights Bilinear(int from, int to, Func<int, double> position)
    {
        if (from == 1) return new(1, new int[to], [.. Enumerable.Repeat(1f, to)]);
        var (starts, weights) = (new int[to], new float[2 * to]);
        for (var i = 0; i < to; i++)
        {
            var x = position(i);
            // On the last pixel the second neighbour is the pixel itself; starting one earlier keeps both within the line.
            starts[i] = Math.Min((int)x, from - 2);
            var right = (float)Math.Min(x - starts[i], 1);
            (weights[2 * i], weights[2 * i + 1]) = (1 - right, right);
        }
        return new(2, starts, weights);
    }

    private static ResizeWeights Bicubic(int from, int to)
    {
        var scale = (double)from / to;
        var widening = Math.Max(scale, 1);
        var support = 2 * widening;
        var lines = Enumerable.Range(0, to).Select(Line).ToArray();
        var taps = lines.Max(l => l.Count);
        var (starts, weights) = (new int[to], new float[taps * to]);
        var exact = new double[taps];
        for (var i = 0; i < to; i++)
        {
            var (centre, first, count) = lines[i];
            starts[i] = Math.Min(first, from - taps);
            Array.Clear(exact);
            for (var k = 0; k < count; k++) exact[first - starts[i] + k] = Cubic((first + k - centre + .5) / widening);
            var sum = exact.Sum();
            for (var k = 0; k < taps; k++) weights[i * taps + k] = (float)(exact[k] / sum);
        }
        return new(taps, starts, weights);

        (double Centre, int First, int Count) Line(int i)
        {
            var centre = (i + .5) * scale;
            var first = Math.Max((int)(centre - support + .5), 0);
            return (centre, first, Math.Min((int)(centre + support + .5), from) - first);
        }
    }

    // R. Keys 1981, "Cubic convolution interpolation for digital image processing", eq. 15, with a = −1/2.
    private static double Cubic(double x) => Math.Abs(x) switch
    {
        < 1 and var d => (1.5 * d - 2.5) * d * d + 1,
        < 2 and var d => ((-.5 * d + 2.5) * d - 4) * d + 2,
        _ => 0,
    };
}
