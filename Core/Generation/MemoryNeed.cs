using Playground.Core.Engine;
using Playground.Core.Models;
using TorchSharp;

namespace Playground.Core.Generation;

/// <summary>
/// What work takes of the memory at the least, by its shapes and before it takes any. On a processor, work that is too large ends the
/// process and everybody's work with it; on a graphics card it fails alone, so that nothing has to be known before.
/// </summary>
public static class MemoryNeed
{
    // What a backward pass keeps of each picture, in units of what a forward pass holds at once. Estimated: 3.3 for ddpm-cifar10-32.
    private const double Backward = 3;

    // x, its noise, the prediction, x₀, a history, and what is between.
    private const int TensorsOfPictures = 8;

    /// <summary>Bytes that there are; null where work that does not fit fails by itself.</summary>
    public static long? Available => TorchEngine.DefaultDevice.type == DeviceType.CPU
        ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : null;

    /// <summary>Bytes of sampling <paramref name="count"/> pictures at once.</summary>
    /// <param name="config">The network.</param>
    /// <param name="parameters">Its weights.</param>
    /// <param name="count">Pictures.</param>
    public static long OfSampling(UNet2DConfig config, long parameters, int count)
    {
        var picture = (double)config.SampleSize * config.SampleSize * Math.Max(config.InChannels, config.OutChannels);
        // As many rows go into a pass as fit, and one in any case.
        return Sum(sizeof(float) * (double)parameters, BatchLimit.BytesPerRow(config), sizeof(float) * TensorsOfPictures * picture * count);
    }

    /// <summary>Bytes of training with batches of <paramref name="batch"/> pictures.</summary>
    /// <param name="config">The network.</param>
    /// <param name="parameters">Its weights.</param>
    /// <param name="batch">Pictures in each forward and backward pass.</param>
    /// <param name="averages">Whether averaged weights are kept.</param>
    public static long OfTraining(UNet2DConfig config, long parameters, int batch, bool averages)
        // Weights, gradients, two moments, and the average.
        => Sum(sizeof(float) * (averages ? 5.0 : 4.0) * parameters, Backward * batch * BatchLimit.BytesPerRow(config));

    private static long Sum(params ReadOnlySpan<double> bytes)
    {
        var sum = 0.0;
        foreach (var b in bytes) sum += b;
        return sum < long.MaxValue ? (long)sum : long.MaxValue;
    }
}
