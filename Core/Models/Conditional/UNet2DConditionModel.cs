using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The U-Net of latent diffusion that reads a text (Rombach et al. 2022): same configuration keys, state-dict names and numbers as
/// diffusers' <c>UNet2DConditionModel</c>. (x [N, C, H, W], t [N], text [N, L, D]) → prediction [N, C′, H, W].
/// </summary>
public sealed class UNet2DConditionModel : Denoiser
{
    private readonly Conv2d _convIn, _convOut;
    private readonly TimestepEmbedding _time;
    private readonly ModuleList<UNetBlock> _down = new();
    private readonly CrossAttnMidBlock2D _mid;
    private readonly ModuleList<UNetBlock> _up = new();
    private readonly GroupNorm _normOut;
    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="config">Checked here.</param>
    /// <param name="random">Where the weights are drawn from; null leaves them unset, for loading or training to set.</param>
    /// <exception cref="PlaygroundException">The configuration cannot be built.</exception>
    public UNet2DConditionModel(UNet2DConditionConfig config, Generator? random = null) : base(nameof(UNet2DConditionModel))
    {
        config.Validate();
        Config = config;
        var channels = config.BlockOutChannels;
        var (width, last) = (channels[0] * 4, channels.Length - 1);
        _activation = Activation.Of(config.ActFn);
        _convIn = new Conv2d(config.InChannels, channels[0], 3, padding: 1);
        _time = new TimestepEmbedding(channels[0], width);
        for (var i = 0; i <= last; i++)
        {
            var from = channels[Math.Max(i - 1, 0)];
            _down.Add(config.DownBlockTypes[i] == "DownBlock2D"
                ? new DownBlock2D(from, channels[i], width, attends: false, downsamples: i < last, byResnet: false, config.Blocks)
                : new CrossAttnDownBlock2D(from, channels[i], width, config.HeadsAt(i), downsamples: i < last, config));
        }
        _mid = new CrossAttnMidBlock2D(channels[^1], width, config.HeadsAt(last), config);
        for (var level = last; level >= 0; level--)
        {
            var (skip, before) = (channels[Math.Max(level - 1, 0)], channels[Math.Min(level + 1, last)]);
            _up.Add(config.UpBlockTypes[last - level] == "UpBlock2D"
                ? new UpBlock2D(skip, before, channels[level], width, attends: false, upsamples: level > 0, byResnet: false, config.Blocks)
                : new CrossAttnUpBlock2D(skip, before, channels[level], width, config.HeadsAt(level), upsamples: level > 0, config));
        }
        _normOut = new GroupNorm(config.NormNumGroups, channels[0], config.NormEps);
        _convOut = new Conv2d(channels[0], config.OutChannels, 3, padding: 1);
        register_module("conv_in", _convIn);
        register_module("time_embedding", _time);
        register_module("down_blocks", _down);
        register_module("mid_block", _mid);
        register_module("up_blocks", _up);
        register_module("conv_norm_out", _normOut);
        register_module("conv_out", _convOut);
        ParameterCount = parameters().Sum(p => p.numel());
        if (random is not null) InitialWeights.Draw(this, random);
    }

    public UNet2DConditionConfig Config { get; }

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

    /// <param name="x">x_t, [N, C, H, W], float32, of any H and W.</param>
    /// <param name="t">Timesteps, [N].</param>
    /// <param name="condition">What the text encoder made of each prompt, [N, L, D].</param>
    /// <returns>The prediction, [N, C′, H, W], float32.</returns>
    /// <exception cref="PlaygroundException">The text is missing or of another width.</exception>
    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
    {
        if (condition is null || condition.shape[^1] != Config.CrossAttentionDim)
            throw new PlaygroundException($"The U-Net reads texts of {Config.CrossAttentionDim} numbers a token (cross_attention_dim), and "
                + $"was given {(condition is null ? "none" : condition.shape[^1])}. Use the text encoder that the model came with.");
        if (Config.CenterInputSample) x = 2 * x - 1.0;
        var embedding = _time.call(TimestepEmbedding.Sinusoids(t, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift));
        var time = new TimeSignal(embedding, _activation(embedding));
        var path = new UNetPath { Text = Precision.Cast(condition) };
        var h = _convIn.call(ChannelsLast.Of(x));
        path.Skips.Push(h);
        foreach (var block in _down) h = block.Forward(h, time, path);
        h = _mid.Forward(h, time, path);
        foreach (var block in _up) h = block.Forward(h, time, path);
        return Normalization.Float32(_convOut.call(_normOut.Silu(h))).contiguous();
    }
}
