using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>One random stream per picture, on the CPU whatever the device, so that a picture depends on its seed alone.</summary>
internal sealed class PictureNoise : IDisposable
{
    private readonly Generator[] _streams;
    private readonly long[] _shape;
    private readonly Device _device;

    /// <param name="shape">One picture's [C, H, W].</param>
    public PictureNoise(long seed, int count, long[] shape, Device device)
    {
        _streams = [.. Enumerable.Range(0, count).Select(i => new Generator((ulong)(seed + i)))];
        (_shape, _device) = (shape, device);
    }

    /// <summary>N(0, I), [N, C, H, W].</summary>
    public Tensor Next() => stack([.. _streams.Select(g => randn(_shape, generator: g))]).to(_device);

    public void Dispose()
    {
        foreach (var stream in _streams) stream.Dispose();
    }
}
