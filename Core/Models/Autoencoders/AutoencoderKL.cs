using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The variational autoencoder between images and latents (Kingma &amp; Welling 2013; Rombach et al. 2022, appendix G): same configuration
/// keys, state-dict names and numbers as diffusers' <c>AutoencoderKL</c>.
/// </summary>
public sealed class AutoencoderKL : nn.Module<Tensor, Tensor>
{
    private const double MinLogVariance = -30, MaxLogVariance = 20, TileOverlap = 0.25;

    private readonly AutoencoderEncoder _encoder;
    private readonly AutoencoderDecoder _decoder;
    private readonly Conv2d _quant, _postQuant;

    /// <param name="config">Checked here.</param>
    /// <param name="random">Where the weights are drawn from; null leaves them unset, for loading or training to set.</param>
    /// <exception cref="PlaygroundException">The configuration cannot be built.</exception>
    public AutoencoderKL(AutoencoderKLConfig config, Generator? random = null) : base(nameof(AutoencoderKL))
    {
        config.Validate();
        Config = config;
        _encoder = new AutoencoderEncoder(config);
        _decoder = new AutoencoderDecoder(config);
        _quant = new Conv2d(2 * config.LatentChannels, 2 * config.LatentChannels, 1);
        _postQuant = new Conv2d(config.LatentChannels, config.LatentChannels, 1);
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        register_module("quant_conv", _quant);
        register_module("post_quant_conv", _postQuant);
        ParameterCount = parameters().Sum(p => p.numel());
        if (random is not null) InitialWeights.Draw(this, random);
    }

    public AutoencoderKLConfig Config { get; }

    /// <inheritdoc cref="UNet2D.IsFrozen"/>
    public bool IsFrozen
    {
        get;
        set
        {
            field = value;
            foreach (var layer in modules().OfType<IKeepsPrepared>()) layer.KeepsPrepared = value;
        }
    }

    /// <summary>Number of weights.</summary>
    public long ParameterCount { get; }

    /// <summary>Side of the latents from which on <see cref="DecodeTiled"/> saves memory.</summary>
    public int TileSize => Math.Max(4, Config.SampleSize / Config.Factor);

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <summary>Mean and log-variance of the latents, not scaled.</summary>
    /// <param name="images">[N, C, H, W] in −1 to 1, H and W multiples of <see cref="AutoencoderKLConfig.Factor"/>.</param>
    /// <returns>Each [N, L, H/f, W/f], float32.</returns>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor images)
    {
        var moments = Normalization.Float32(_quant.call(_encoder.call(images)));
        var parts = moments.chunk(2, 1);
        return (parts[0].contiguous(), parts[1].clamp(MinLogVariance, MaxLogVariance).contiguous());
    }

    /// <summary>Images of latents that are not scaled: [N, L, H, W] → [N, C, f·H, f·W], about −1 to 1, float32.</summary>
    public Tensor Decode(Tensor latents) => Normalization.Float32(_decoder.call(_postQuant.call(ChannelsLast.Of(latents)))).contiguous();

    /// <summary>Images → their latents' mean → images.</summary>
    public override Tensor forward(Tensor images) => Decode(Encode(images).Mean);

    /// <summary>
    /// <see cref="Decode"/> in overlapping squares that are blended where they meet, for latents larger than <see cref="TileSize"/>: the
    /// memory is that of one square. Norms and attention see one square at a time, so colors may differ slightly from the whole.
    /// </summary>
    public Tensor DecodeTiled(Tensor latents)
    {
        var tile = TileSize;
        var (height, width) = (latents.shape[2], latents.shape[3]);
        if (height <= tile && width <= tile) return Decode(latents);
        var step = Math.Max(1, (int)(tile * (1 - TileOverlap)));
        var (factor, blend) = (Config.Factor, (int)(tile * Config.Factor * TileOverlap));
        var limit = tile * factor - blend;
        var rows = new List<Tensor>();
        Tensor[]? above = null;
        for (var y = 0L; y < height; y += step)
        {
            var tiles = new List<Tensor>();
            var cut = new List<Tensor>();
            for (var x = 0L; x < width; x += step)
            {
                var now = Decode(latents.narrow(2, y, Math.Min(tile, height - y)).narrow(3, x, Math.Min(tile, width - x)));
                if (above is not null) now = Blend(above[tiles.Count], now, 2, blend);
                if (tiles.Count > 0) now = Blend(tiles[^1], now, 3, blend);
                tiles.Add(now);
                cut.Add(now.narrow(2, 0, Math.Min(limit, now.shape[2])).narrow(3, 0, Math.Min(limit, now.shape[3])));
            }
            rows.Add(cat(cut, 3));
            above = [.. tiles];
        }
        return cat(rows, 2).narrow(2, 0, height * factor).narrow(3, 0, width * factor).contiguous();
    }

    // The end of one tile fades into the beginning of the next along a dimension.
    private static Tensor Blend(Tensor before, Tensor now, long dimension, long extent)
    {
        extent = Math.Min(extent, Math.Min(before.shape[dimension], now.shape[dimension]));
        if (extent == 0) return now;
        long[] along = [1, 1, 1, 1];
        along[dimension] = extent;
        var weight = (arange(extent, dtype: ScalarType.Float32, device: now.device) / extent).reshape(along);
        var end = before.narrow(dimension, before.shape[dimension] - extent, extent);
        var mixed = end * (1 - weight) + now.narrow(dimension, 0, extent) * weight;
        return cat([mixed, now.narrow(dimension, extent, now.shape[dimension] - extent)], dimension);
    }
}
