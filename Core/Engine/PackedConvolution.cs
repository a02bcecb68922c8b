using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>A convolution on the CPU whose weights were laid out for the processor once, instead of at every call.</summary>
internal sealed class PackedConvolution : IDisposable
{
    private readonly Tensor _weight, _bias;
    private readonly long _stride, _padding;

    /// <param name="weight">[out, in, k, k] in the type to compute in.</param>
    /// <param name="bias">[out]; null for none.</param>
    /// <param name="stride">Both ways.</param>
    /// <param name="padding">On all sides.</param>
    /// <param name="input">Shape of a typical input, [N, in, H, W].</param>
    public PackedConvolution(Tensor weight, Tensor? bias, long stride, long padding, long[] input)
    {
        (_stride, _padding) = (stride, padding);
        using var scope = NewDisposeScope();
        _weight = Operators.PackConvolution(weight.contiguous(), stride, padding, input).DetachFromDisposeScope();
        _bias = (bias?.to(weight.dtype, copy: true) ?? zeros(weight.shape[0], dtype: weight.dtype)).DetachFromDisposeScope();
    }

    /// <summary>Of x [N, in, H, W], channels last.</summary>
    public Tensor Apply(Tensor x) => Operators.Convolution(x, _weight, _bias, _stride, _padding);

    /// <summary>conv(x) + other.</summary>
    public Tensor Plus(Tensor x, Tensor other)
        => IsPixel(other) ? Apply(x) + other : Operators.ConvolutionPlus(x, _weight, _bias, _stride, _padding, other);

    /// <summary>sum + conv(x), written over sum.</summary>
    public Tensor Onto(Tensor x, Tensor sum)
        => IsPixel(sum) ? sum.add_(Apply(x)) : Operators.ConvolutionOnto(x, _weight, _bias, _stride, _padding, sum);

    // Of one pixel, memory in any order lies channels last, and oneDNN finds no layout of what is to be added.
    private static bool IsPixel(Tensor x) => x.shape[2] == 1 && x.shape[3] == 1;

    /// <summary>The weights as they were before, [out, in, k, k], in the type that is computed in: the layout alone is another.</summary>
    public Tensor Unpacked() => _weight.to_dense();

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
