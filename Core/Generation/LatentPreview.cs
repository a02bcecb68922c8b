using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// Images of latents by one linear map of their channels, which costs next to nothing: fitted by least squares to what the autoencoder
/// makes of random latents, the first time that one is asked for.
/// </summary>
internal sealed class LatentPreview(AutoencoderKL autoencoder) : IDisposable
{
    private const int Side = 16, Samples = 4;
    private const ulong Seed = 0;

    private Tensor? _map;

    /// <param name="x">Scaled latents, [N, L, H, W].</param>
    /// <returns>An image of H × W for each.</returns>
    public PictureBatch Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        _map ??= Fit().DetachFromDisposeScope();
        var (n, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var rows = With1(x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])).matmul(_map);
        return PictureBatch.FromTensor(rows.reshape(n, height, width, -1).permute(0, 3, 1, 2));
    }

    // [channels of the latents + 1, channels of an image]
    private Tensor Fit()
    {
        using var random = new Generator(Seed);
        var config = autoencoder.Config;
        // Smooth noise: pixels of an image resemble their neighbors.
        var latents = randn([Samples, config.LatentChannels, Side, Side], generator: random);
        latents = (latents + nn.functional.interpolate(nn.functional.avg_pool2d(latents, 4), size: [Side, Side],
            mode: InterpolationMode.Bilinear, align_corners: false) * 4).to(TorchEngine.DefaultDevice);
        var images = nn.functional.avg_pool2d(autoencoder.Decode(latents / config.ScalingFactor), config.Factor);
        var (a, b) = (With1(Rows(latents)), Rows(images));
        // Normal equations with a trace of ridge.
        var square = a.t().matmul(a) + eye(a.shape[1], device: a.device) * 1e-3;
        return linalg.solve(square, a.t().matmul(b));
    }

    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]);

    private static Tensor With1(Tensor rows) => cat([rows, ones(rows.shape[0], 1, device: rows.device)], 1);

    public void Dispose() => _map?.Dispose();
}
