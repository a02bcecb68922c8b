using Playground.Core.Checkpoints;
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

    // Maps of an image's full size that the decoder holds at once: a block's input, its two convolutions and their sum.
    private const double MapsOfDecoder = 4;

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

    /// <summary>Bytes of a request on a model, of either kind.</summary>
    public static long OfSampling(ModelSummary model, SamplingRequest request)
    {
        if (model.Text is not { } text) return OfSampling(model.Config, model.Parameters, request.Count);
        var (width, height) = request.SizeOn(model);
        var pixels = (double)width * height;
        // The pass sees latents; guidance makes two rows of an image.
        var side = (int)Math.Ceiling(Math.Sqrt(pixels)) / text.Factor;
        var rows = request.Guidance == 1 ? 1 : 2;
        var latents = TensorsOfPictures * text.LatentChannels * pixels / (text.Factor * text.Factor) * request.Count;
        // Images are decoded one at a time, above a size in tiles; all of them are held in the end.
        var decoded = Math.Min(pixels, Math.Pow(2.0 * model.SampleSize, 2));
        // LoRAs keep the weights that they change.
        var weights = sizeof(float) * (double)model.Parameters * (request.Loras.Count > 0 ? 2 : 1);
        return Sum(weights, Math.Max(rows * BatchLimit.BytesPerRow(text.Network with { SampleSize = Math.Max(1, side) }),
            MapsOfDecoder * sizeof(float) * text.DecoderWidth * decoded),
            sizeof(float) * (latents + model.Channels * pixels * request.Count));
    }

    /// <summary>Bytes of training with batches of <paramref name="batch"/> pictures.</summary>
    /// <param name="config">The network.</param>
    /// <param name="parameters">Its weights.</param>
    /// <param name="batch">Pictures in each forward and backward pass.</param>
    /// <param name="averages">Whether averaged weights are kept.</param>
    public static long OfTraining(UNet2DConfig config, long parameters, int batch, bool averages)
        // Weights, gradients, two moments, and the average.
        => Sum(sizeof(float) * (averages ? 5.0 : 4.0) * parameters, Backward * batch * BatchLimit.BytesPerRow(config));

    /// <summary>Bytes of training adapters beside frozen weights, which have neither gradients nor moments.</summary>
    public static long OfAdapting(UNet2DConfig config, long parameters, int batch)
        => Sum(sizeof(float) * (double)parameters, Backward * batch * BatchLimit.BytesPerRow(config));

    /// <summary>Bytes of training a U-Net over latents.</summary>
    public static long OfTraining(UNet2DConditionConfig config, int batch, bool averages)
        => OfTraining(config.Blocks, config.LeastParameters, batch, averages);

    private static long Sum(params ReadOnlySpan<double> bytes)
    {
        var sum = 0.0;
        foreach (var b in bytes) sum += b;
        return sum < long.MaxValue ? (long)sum : long.MaxValue;
    }
}
