using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Halves height and width by a 3×3 convolution of stride 2.</summary>
internal sealed class Downsample2D : Layer
{
    private readonly Conv2d _conv;
    private readonly bool _padsAfter;

    public Downsample2D(int channels, int padding) : base(nameof(Downsample2D))
    {
        // Padding 0 stands for one row and column at the far edges only.
        _padsAfter = padding == 0;
        _conv = new Conv2d(channels, channels, 3, stride: 2, padding: padding);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor x) => _conv.call(_padsAfter ? nn.functional.pad(x, [0, 1, 0, 1]) : x);
}

/// <summary>Doubles height and width by nearest neighbors, then a 3×3 convolution.</summary>
internal sealed class Upsample2D : Layer, IKeepsPrepared
{
    // Below these the four convolutions' further row and column, or making their weights, costs more than it saves.
    private const long LeastSide = 4, LeastPixels = 64, LeastPixelsInAll = 256;

    // The four convolutions' weights lie beside the one's that they are made of. Where these are more numbers than this, the few pixels
    // that such wide layers see save less time than that is worth.
    private const long MostPacked = 1 << 23;

    // Of a neighborhood of 3×3 in the doubled image no more than 2×2 pixels of the original are seen, and which taps see the same pixel
    // depends on whether row and column are even: [row's parity, column's parity, 2×2 taps] × [3×3 taps].
    private static readonly float[][] s_taps = [[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 1]];
    private readonly Conv2d _conv;
    private readonly Prepared _prepared = new();
    private readonly long _weights;

    public Upsample2D(int channels) : base(nameof(Upsample2D))
    {
        _conv = new Conv2d(channels, channels, 3, padding: 1);
        _weights = 9L * channels * channels;
        register_module("conv", _conv);
    }

    bool IKeepsPrepared.KeepsPrepared { set => _prepared.IsKept = value; }

    /// <summary>
    /// [N, C, H, W] → [N, C, 2H, 2W]. On the CPU as four convolutions of 2×2 on the small image, one for each parity of row and column,
    /// which
    /// is the same sum with less than half of the products.
    /// </summary>
    public override Tensor forward(Tensor x) => Scoped.Run(() => Doubled(x));

    private Tensor Doubled(Tensor x)
    {
        var shape = x.shape;
        if (!FastPath.Takes(x) || shape[2] < LeastSide || shape[3] < LeastSide || _conv.IsHooked) return _conv.call(Nearest(x));
        x = Precision.Cast(x);
        if (_prepared.CanPack(x) && _weights > MostPacked) return _conv.call(Nearest(x));
        if (_prepared.CanPack(x)) return Interleave.Apply(_prepared.Packed(0, () => Pack(shape)).Apply(x));
        if (shape[2] * shape[3] < LeastPixels || shape[0] * shape[2] * shape[3] < LeastPixelsInAll) return _conv.call(Nearest(x));
        return Interleave.Apply(nn.functional.conv2d(x, Precision.Cast(Parities()), Precision.Cast(_conv.Bias!.repeat(4)),
            padding: [1, 1]));
    }

    /// <summary>[N, C, H, W] → [N, C, H′, W′], the size of a map that was halved to H, W with odd sides rounded up.</summary>
    public Tensor ToSizeOf(Tensor other, Tensor x)
    {
        var (from, to) = (x.shape, other.shape);
        return to[2] == 2 * from[2] && to[3] == 2 * from[3]
            ? call(x)
            : _conv.call(nn.functional.interpolate(x, size: [to[2], to[3]], mode: InterpolationMode.Nearest));
    }

    private PackedConvolution Pack(long[] input)
    {
        using var scope = NewDisposeScope();
        return new PackedConvolution(Precision.Cast(Parities()), _conv.Bias!.repeat(4), 1, 1, input);
    }

    /// <summary>[N, C, H, W] → [N, C, 2H, 2W].</summary>
    public static Tensor Nearest(Tensor x) => nn.functional.interpolate(x, size: [x.shape[2] * 2, x.shape[3] * 2],
        mode: InterpolationMode.Nearest);

    // The weights of the four convolutions, [4·out, in, 2, 2], channels last.
    private Tensor Parities()
    {
        var weight = _conv.Weight;
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        float[] sums =
        [
            .. from a in Enumerable.Range(0, 2)
               from b in Enumerable.Range(0, 2)
               from i in Enumerable.Range(0, 2)
               from j in Enumerable.Range(0, 2)
               from k in Enumerable.Range(0, 3)
               from l in Enumerable.Range(0, 3)
               select s_taps[2 * a + i][k] * s_taps[2 * b + j][l],
        ];
        var taps = tensor(sums, [16, 9]).matmul(weight.permute(0, 2, 3, 1).reshape(outputs, 9, inputs));
        return taps.reshape(outputs, 4, 4, inputs).transpose(0, 1).reshape(4 * outputs, 2, 2, inputs).permute(0, 3, 1, 2);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _prepared.Dispose();
        base.Dispose(disposing);
    }
}
