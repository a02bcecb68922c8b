using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>One random stream per picture, on the CPU whatever the device, so that a picture depends on its seed alone.</summary>
internal sealed class PictureNoise : IDisposable
{
    private readonly Generator[] _streams;
    private readonly SamplingRequest _request;
    private readonly long[] _shape;
    private readonly Device _device;

    /// <param name="shape">One picture's [C, H, W].</param>
    public PictureNoise(SamplingRequest request, long[] shape, Device device)
    {
        _streams = [.. Enumerable.Range(0, request.Count).Select(i => new Generator((ulong)request.SeedOf(i)))];
        (_request, _shape, _device) = (request, shape, device);
    }

    /// <summary>The noise that a run begins with: the seed's, turned towards the variation seed's where one is given.</summary>
    public Tensor First()
    {
        var noise = Next();
        if (_request.VariationStrength == 0) return noise;
        return stack([.. Enumerable.Range(0, _streams.Length).Select(i => Vary(noise[i], _request.VariationSeed + i))]);
    }

    /// <summary>N(0, I), [N, C, H, W].</summary>
    public Tensor Next() => stack([.. _streams.Select(g => randn(_shape, generator: g))]).to(_device);

    public void Dispose()
    {
        foreach (var stream in _streams) stream.Dispose();
    }

    private Tensor Vary(Tensor noise, long seed)
    {
        using var stream = new Generator((ulong)seed);
        return SphericalInterpolation.Between(noise, randn(_shape, generator: stream).to(_device), _request.VariationStrength);
    }
}
