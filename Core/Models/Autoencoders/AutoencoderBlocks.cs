using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary><c>DownEncoderBlock2D</c>: residual blocks, then half the size.</summary>
internal sealed class DownEncoderBlock2D : Layer
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly Downsample2D? _downsample;

    public DownEncoderBlock2D(int inChannels, int outChannels, bool downsamples, AutoencoderKLConfig config)
        : base(nameof(DownEncoderBlock2D))
    {
        for (var i = 0; i < config.LayersPerBlock; i++)
            _resnets.Add(new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, null, config.Blocks, config.NormNumGroups));
        // Padded at the far edges only, unlike the U-Net's.
        if (downsamples) _downsample = new Downsample2D(outChannels, padding: 0);
        register_module("resnets", _resnets);
        if (_downsample is not null) register_module("downsamplers", nn.ModuleList<nn.Module>(_downsample));
    }

    public override Tensor forward(Tensor x)
    {
        foreach (var resnet in _resnets) x = Scoped.Replace(x, resnet.call(x, null));
        return _downsample is null ? x : Scoped.Replace(x, _downsample.call(x));
    }
}

/// <summary><c>UpDecoderBlock2D</c>: one residual block more than on the way down, then twice the size.</summary>
internal sealed class UpDecoderBlock2D : Layer
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly Upsample2D? _upsample;

    public UpDecoderBlock2D(int inChannels, int outChannels, bool upsamples, AutoencoderKLConfig config) : base(nameof(UpDecoderBlock2D))
    {
        for (var i = 0; i <= config.LayersPerBlock; i++)
            _resnets.Add(new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, null, config.Blocks, config.NormNumGroups));
        if (upsamples) _upsample = new Upsample2D(outChannels);
        register_module("resnets", _resnets);
        if (_upsample is not null) register_module("upsamplers", nn.ModuleList<nn.Module>(_upsample));
    }

    public override Tensor forward(Tensor x)
    {
        foreach (var resnet in _resnets) x = Scoped.Replace(x, resnet.call(x, null));
        return _upsample is null ? x : Scoped.Replace(x, _upsample.call(x));
    }
}
