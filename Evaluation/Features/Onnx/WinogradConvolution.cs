using System.Runtime.InteropServices;
using Playground.Core.Data;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>
/// A 3×3 convolution of stride 1 with a border of one zero, by Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray 2015, section
/// 4.1): each tile of 2×2 results is Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A of a 4×4 tile d of the input, 16 products where the sum has 36. Its
/// factors are 0, ½ and 1, so that rounding stays that of float32. It pays for its additions where there are many channels.
/// </summary>
/// <remarks>Channels are the last axis: ⊙ is sixteen matrix products of [tiles, C] and [C, K], and a shift moves whole pixels.</remarks>
internal static class WinogradConvolution
{
    private const int Tile = 4;

    /// <summary>Adds the convolution to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">What its constants are called.</param>
    /// <param name="x">[N, size, size, C].</param>
    /// <param name="size">Height and width.</param>
    /// <param name="weight">[K, C, 3, 3].</param>
    /// <param name="bias">[K].</param>
    /// <returns>[N, size, size, K].</returns>
    public static string Add(OnnxGraph graph, string name, string x, int size, float[] weight, float[] bias)
    {
        var (outputs, tiles, odd) = (bias.Length, (size + 1) / 2, size % 2);
        var kernels = Kernels(weight, outputs);
        var padded = graph.Node("Pad", [x, graph.Integers(0, 1, 1, 0, 0, 1 + odd, 1 + odd, 0)]);

        // m = (G g Gᵀ) ⊙ (Bᵀ d B), the latter along the rows first.
        var m = new string[Tile][];
        var rows = Differences(graph, i => EverySecond(padded, axis: 1, from: i));
        for (var i = 0; i < Tile; i++)
        {
            var d = Differences(graph, j => EverySecond(rows[i], axis: 2, from: j));
            m[i] = [.. d.Select((dij, j) => graph.Node("MatMul", [dij, Kernel(i, j)]))];
        }

        // Aᵀ m A: two rows of each tile, each with two columns, that then lie side by side.
        var columns = Enumerable.Range(0, Tile).Select(j => Sums(graph, i => m[i][j])).ToArray();
        var lines = Enumerable.Range(0, 2).Select(row => graph.Node("Concat", Sums(graph, j => columns[j][row]), ("axis", -1L)));
        var separate = lines.Select(line => graph.Node("Reshape", [line, graph.Integers(0, tiles, 1, 2 * tiles * outputs)]));
        var woven = graph.Node("Concat", [.. separate], ("axis", 2L));
        var whole = graph.Node("Reshape", [woven, graph.Integers(0, 2 * tiles, 2 * tiles, outputs)]);
        if (odd == 1) whole = graph.Node("Slice", [whole, graph.Integers(0, 0), graph.Integers(size, size), graph.Integers(1, 2)]);
        return graph.Node("Add", [whole, graph.Constant($"{name}.bias", [outputs], bias)]);

        string EverySecond(string value, long axis, long from) => graph.Node(
            "Slice", [value, graph.Integers(from), graph.Integers(from + 2 * tiles - 1), graph.Integers(axis), graph.Integers(2)]);

        string Kernel(int i, int j)
            => graph.Constant($"{name}.winograd{i}{j}", [weight.Length / 9 / outputs, outputs], kernels[i * Tile + j]);
    }

    // Bᵀ: d₀ − d₂, d₁ + d₂, d₂ − d₁, d₁ − d₃.
    private static string[] Differences(OnnxGraph graph, Func<int, string> of)
    {
        string[] d = [of(0), of(1), of(2), of(3)];
        string Sub(int i, int j) => graph.Node("Sub", [d[i], d[j]]);
        return [Sub(0, 2), graph.Node("Add", [d[1], d[2]]), Sub(2, 1), Sub(1, 3)];
    }

    // Aᵀ: m₀ + m₁ + m₂ and m₁ − m₂ − m₃.
    private static string[] Sums(OnnxGraph graph, Func<int, string> of)
    {
        string[] m = [of(0), of(1), of(2), of(3)];
        return [graph.Node("Add", [graph.Node("Add", [m[0], m[1]]), m[2]]), graph.Node("Sub", [graph.Node("Sub", [m[1], m[2]]), m[3]])];
    }

    // G g Gᵀ of every kernel, as sixteen matrices [C, K]; G's rows are g₀, (g₀ + g₁ + g₂)/2, (g₀ − g₁ + g₂)/2 and g₂.
    private static byte[][] Kernels(float[] weight, int outputs)
    {
        var inputs = weight.Length / 9 / outputs;
        byte[][] kernels = [.. Enumerable.Range(0, Tile * Tile).Select(_ => new byte[inputs * outputs * sizeof(float)])];
        ParallelWork.For(inputs, c =>
        {
            Span<double> column = stackalloc double[Tile * 3], g = stackalloc double[Tile];
            for (var k = 0; k < outputs; k++)
            {
                var kernel = weight.AsSpan((k * inputs + c) * 9, 9);
                for (var x = 0; x < 3; x++)
                {
                    Transform(kernel[x], kernel[3 + x], kernel[6 + x], g);
                    for (var i = 0; i < Tile; i++) column[i * 3 + x] = g[i];
                }
                for (var i = 0; i < Tile; i++)
                {
                    Transform(column[i * 3], column[i * 3 + 1], column[i * 3 + 2], g);
                    for (var j = 0; j < Tile; j++)
                        MemoryMarshal.Cast<byte, float>(kernels[i * Tile + j].AsSpan())[c * outputs + k] = (float)g[j];
                }
            }
        });
        return kernels;
    }

    private static void Transform(double g0, double g1, double g2, Span<double> g)
        => (g[0], g[1], g[2], g[3]) = (g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2);
}
