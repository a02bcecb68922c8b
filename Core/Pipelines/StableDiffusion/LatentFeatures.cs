using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>
/// What an autoencoder makes of images, as vectors to compare them by: images are near to each other there that look alike. Use it on one
/// thread.
/// </summary>
public sealed class LatentFeatures : IDisposable
{
    private readonly AutoencoderKL _autoencoder;

    /// <param name="folder">Of an autoencoder, or of a model that has one.</param>
    /// <exception cref="PlaygroundException">It cannot be read.</exception>
    public LatentFeatures(string folder) => _autoencoder = AutoencoderFolder.Load(folder);

    /// <summary>Numbers of an image of <paramref name="size"/>×<paramref name="size"/> pixels, a multiple of the factor.</summary>
    public int DimensionsOf(int size)
    {
        var side = size / _autoencoder.Config.Factor;
        return _autoencoder.Config.LatentChannels * side * side;
    }

    /// <summary>The mean of each image's latents, [N, D] row by row.</summary>
    /// <exception cref="PlaygroundException">The images are of other channels, or of sides that are no multiples of the factor.</exception>
    public float[] Of(PictureBatch pictures)
    {
        var config = _autoencoder.Config;
        if (pictures.Channels != config.InChannels || pictures.Height % config.Factor != 0 || pictures.Width % config.Factor != 0)
            throw new PlaygroundException($"The images are {pictures.Width}×{pictures.Height} with {pictures.Channels} channels; the "
                + $"autoencoder takes multiples of {config.Factor} with {config.InChannels}.");
        using var guard = inference_mode();
        using var scope = NewDisposeScope();
        return _autoencoder.Encode(pictures.ToTensor().to(TorchEngine.DefaultDevice)).Mean.to(ScalarType.Float32).cpu().contiguous()
            .data<float>().ToArray();
    }

    public void Dispose() => _autoencoder.Dispose();
}
