using System.Text.Json.Serialization;
using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>The keys of diffusers' <c>AutoencoderTiny</c> configuration, with that class's defaults.</summary>
public sealed record AutoencoderTinyConfig
{
    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = "AutoencoderTiny";
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";
    [JsonPropertyName("act_fn")] public string ActFn { get; init; } = "relu";
    [JsonPropertyName("decoder_block_out_channels")] public int[] DecoderBlockOutChannels { get; init; } = [64, 64, 64, 64];
    [JsonPropertyName("encoder_block_out_channels")] public int[] EncoderBlockOutChannels { get; init; } = [64, 64, 64, 64];
    [JsonPropertyName("in_channels")] public int InChannels { get; init; } = 3;
    [JsonPropertyName("latent_channels")] public int LatentChannels { get; init; } = 4;
    [JsonPropertyName("num_decoder_blocks")] public int[] NumDecoderBlocks { get; init; } = [3, 3, 3, 1];
    [JsonPropertyName("num_encoder_blocks")] public int[] NumEncoderBlocks { get; init; } = [1, 3, 3, 3];
    [JsonPropertyName("out_channels")] public int OutChannels { get; init; } = 3;
    [JsonPropertyName("scaling_factor")] public double ScalingFactor { get; init; } = 1;

    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        Need(ActFn is "relu", "act_fn", ActFn, "relu");
        foreach (var (key, channels, blocks) in new[] { ("decoder_block_out_channels", DecoderBlockOutChannels, NumDecoderBlocks),
            ("encoder_block_out_channels", EncoderBlockOutChannels, NumEncoderBlocks) })
        {
            Need(channels is { Length: > 0 and <= 8 } && channels.All(c => c is > 0 and <= 1024), key, channels?.Length,
                "1 to 8 numbers of 1 to 1024");
            Need(blocks.Length == channels!.Length && blocks.All(b => b is >= 0 and <= 16), key, blocks.Length,
                "as many as the numbers of blocks, each 0 to 16");
        }
        Need(LatentChannels is > 0 and <= 64, "latent_channels", LatentChannels, "1 to 64");
    }

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw new PlaygroundException(
            FormattableString.Invariant($"The tiny autoencoder's configuration has {key} = {value ?? "null"}; it must be {allowed}."));
    }
}

/// <summary>
/// The small autoencoder for previews (Bohan's TAESD): same configuration keys, state-dict names and numbers as diffusers'
/// <c>AutoencoderTiny</c>. Its latents are scaled as the sampler holds them.
/// </summary>
public sealed class AutoencoderTiny : nn.Module<Tensor, Tensor>
{
    private readonly Sequence _encoder, _decoder;

    /// <param name="config">Checked here.</param>
    /// <param name="random">Where the weights are drawn from; null leaves them unset, for loading or training to set.</param>
    public AutoencoderTiny(AutoencoderTinyConfig config, Generator? random = null) : base(nameof(AutoencoderTiny))
    {
        config.Validate();
        Config = config;
        _encoder = new Sequence([.. Encoder(config)]);
        _decoder = new Sequence([.. Decoder(config)]);
        register_module("encoder", new Named(("layers", _encoder)));
        register_module("decoder", new Named(("layers", _decoder)));
        if (random is not null) InitialWeights.Draw(this, random);
    }

    public AutoencoderTinyConfig Config { get; }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <summary>[N, C, H, W] in −1 to 1 → [N, L, H/f, W/f].</summary>
    public Tensor Encode(Tensor images)
        => Normalization.Float32(_encoder.call(ChannelsLast.Of((images + 1) / 2))).contiguous();

    /// <summary>[N, L, H, W] → [N, C, f·H, f·W], about −1 to 1.</summary>
    public Tensor Decode(Tensor latents)
        => Normalization.Float32(_decoder.call(ChannelsLast.Of((latents / 3).tanh() * 3))).contiguous() * 2 - 1;

    public override Tensor forward(Tensor images) => Decode(Encode(images));

    private static IEnumerable<nn.Module<Tensor, Tensor>> Encoder(AutoencoderTinyConfig config)
    {
        for (var i = 0; i < config.NumEncoderBlocks.Length; i++)
        {
            var channels = config.EncoderBlockOutChannels[i];
            yield return i == 0
                ? new Conv2d(config.InChannels, channels, 3, padding: 1)
                : new Conv2d(channels, channels, 3, stride: 2, padding: 1, hasBias: false);
            for (var j = 0; j < config.NumEncoderBlocks[i]; j++) yield return new TinyBlock(channels);
        }
        yield return new Conv2d(config.EncoderBlockOutChannels[^1], config.LatentChannels, 3, padding: 1);
    }

    private static IEnumerable<nn.Module<Tensor, Tensor>> Decoder(AutoencoderTinyConfig config)
    {
        yield return new Conv2d(config.LatentChannels, config.DecoderBlockOutChannels[0], 3, padding: 1);
        yield return new Rectifier();
        for (var i = 0; i < config.NumDecoderBlocks.Length; i++)
        {
            var (channels, isLast) = (config.DecoderBlockOutChannels[i], i == config.NumDecoderBlocks.Length - 1);
            for (var j = 0; j < config.NumDecoderBlocks[i]; j++) yield return new TinyBlock(channels);
            if (!isLast) yield return new Doubling();
            yield return new Conv2d(channels, isLast ? config.OutChannels : channels, 3, padding: 1, hasBias: isLast);
        }
    }

    private sealed class Sequence : Layer
    {
        private readonly nn.Module<Tensor, Tensor>[] _layers;

        public Sequence(nn.Module<Tensor, Tensor>[] layers) : base(nameof(Sequence))
        {
            _layers = layers;
            for (var i = 0; i < layers.Length; i++)
                register_module(i.ToString(System.Globalization.CultureInfo.InvariantCulture), layers[i]);
        }

        public override Tensor forward(Tensor x) => Scoped.Run(() =>
        {
            var h = x.alias();
            foreach (var layer in _layers) h = Scoped.Replace(h, layer.call(h));
            return h;
        });
    }

    private sealed class Rectifier() : Layer(nameof(Rectifier))
    {
        public override Tensor forward(Tensor x) => x.relu();
    }

    private sealed class Doubling() : Layer(nameof(Doubling))
    {
        public override Tensor forward(Tensor x) => Upsample2D.Nearest(x);
    }

    /// <summary>Three convolutions with ReLU between, a residual around, ReLU behind.</summary>
    private sealed class TinyBlock : Layer
    {
        private readonly Conv2d[] _convs;

        public TinyBlock(int channels) : base(nameof(TinyBlock))
        {
            _convs = [.. Enumerable.Range(0, 3).Select(_ => new Conv2d(channels, channels, 3, padding: 1))];
            register_module("conv", new Named(("0", _convs[0]), ("2", _convs[1]), ("4", _convs[2])));
        }

        public override Tensor forward(Tensor x)
            => Scoped.Run(() => _convs[2].Plus(_convs[1].call(_convs[0].call(x).relu()).relu(), x).relu());
    }
}
