using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Linear layers that every pixel goes through, as one convolution of 1×1 in the thread's <see cref="Precision"/>.</summary>
internal static class PackedPixels
{
    /// <param name="input">Shape of a typical input, [N, in, H, W].</param>
    /// <param name="layers">All of them with a bias, or none; their outputs come one behind the other.</param>
    public static PackedConvolution Of(long[] input, params Linear[] layers)
    {
        using var scope = NewDisposeScope();
        var weight = cat([.. layers.Select(l => (Tensor)l.Weight)], 0).unsqueeze(-1).unsqueeze(-1);
        var bias = layers[0].Bias is null ? null : cat([.. layers.Select(l => (Tensor)l.Bias!)], 0);
        return new PackedConvolution(Precision.Cast(weight), bias, 1, 0, input);
    }
}
