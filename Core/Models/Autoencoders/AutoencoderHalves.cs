using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Images [N, C, H, W] → mean and log-variance of their latents, [N, 2·L, H/f, W/f].</summary>
internal sealed class AutoencoderEncoder : Layer
{
    private readonly Conv2d _convIn, _convOut;
    private readonly ModuleList<DownEncoderBlock2D> _down = new();
    private readonly MidBlock2D _mid;
    private readonly GroupNorm _normOut;

    public AutoencoderEncoder(AutoencoderKLConfig config) : base(nameof(AutoencoderEncoder))
    {
        var channels = config.BlockOutChannels;
        _convIn = new Conv2d(config.InChannels, channels[0], 3, padding: 1);
        for (var i = 0; i < channels.Length; i++)
            _down.Add(new DownEncoderBlock2D(channels[Math.Max(i - 1, 0)], channels[i], i < channels.Length - 1, config));
        _mid = new MidBlock2D(channels[^1], null, config.Blocks);
        _normOut = new GroupNorm(config.NormNumGroups, channels[^1], config.Blocks.NormEps);
        _convOut = new Conv2d(channels[^1], 2 * config.LatentChannels, 3, padding: 1);
        register_module("conv_in", _convIn);
        register_module("down_blocks", _down);
        register_module("mid_block", _mid);
        register_module("conv_norm_out", _normOut);
        register_module("conv_out", _convOut);
    }

    public override Tensor forward(Tensor x) => Scoped.Run(() =>
    {
        var h = _convIn.call(ChannelsLast.Of(x));
        foreach (var block in _down) h = block.call(h);
        return _convOut.call(_normOut.Silu(_mid.call(h, null)));
    });
}

/// <summary>Latents [N, L, H, W] → images [N, C, f·H, f·W].</summary>
internal sealed class AutoencoderDecoder : Layer
{
    private readonly Conv2d _convIn, _convOut;
    private readonly MidBlock2D _mid;
    private readonly ModuleList<UpDecoderBlock2D> _up = new();
    private readonly GroupNorm _normOut;

    public AutoencoderDecoder(AutoencoderKLConfig config) : base(nameof(AutoencoderDecoder))
    {
        var channels = config.BlockOutChannels;
        var last = channels.Length - 1;
        _convIn = new Conv2d(config.LatentChannels, channels[last], 3, padding: 1);
        _mid = new MidBlock2D(channels[last], null, config.Blocks);
        for (var level = last; level >= 0; level--)
            _up.Add(new UpDecoderBlock2D(channels[Math.Min(level + 1, last)], channels[level], level > 0, config));
        _normOut = new GroupNorm(config.NormNumGroups, channels[0], config.Blocks.NormEps);
        _convOut = new Conv2d(channels[0], config.OutChannels, 3, padding: 1);
        register_module("conv_in", _convIn);
        register_module("mid_block", _mid);
        register_module("up_blocks", _up);
        register_module("conv_norm_out", _normOut);
        register_module("conv_out", _convOut);
    }

    /// <summary>Its last convolution's weight, [C, channels, 3, 3].</summary>
    internal Parameter LastWeight => _convOut.Weight;

    public override Tensor forward(Tensor z) => Scoped.Run(() =>
    {
        var h = _mid.call(_convIn.call(ChannelsLast.Of(z)), null);
        foreach (var block in _up) h = block.call(h);
        return _convOut.call(_normOut.Silu(h));
    });
}
