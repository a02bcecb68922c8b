using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>The residual blocks of one resolution on the way down, with attention where the type says so.</summary>
internal sealed class DownBlock2D : nn.Module
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<AttentionBlock>? _attentions;
    private readonly Downsample2D? _downsample;

    public DownBlock2D(int inChannels, int outChannels, int timeChannels, bool attends, bool downsamples, UNet2DConfig config) : base(nameof(DownBlock2D))
    {
        if (attends) _attentions = new();
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            _resnets.Add(new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, timeChannels, config));
            _attentions?.Add(new AttentionBlock(outChannels, config));
        }
        if (downsamples) _downsample = new Downsample2D(outChannels, config.DownsamplePadding);
        if (_attentions is not null) register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (_downsample is not null) register_module("downsamplers", nn.ModuleList<nn.Module>(_downsample));
    }

    /// <summary>Adds every layer's output to <paramref name="skips"/> and returns the last.</summary>
    public Tensor Forward(Tensor x, Tensor time, Stack<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = _resnets[i].call(x, time);
            if (_attentions is not null) x = _attentions[i].call(x);
            skips.Push(x);
        }
        if (_downsample is null) return x;
        x = _downsample.call(x);
        skips.Push(x);
        return x;
    }
}

/// <summary>The coarsest resolution: residual block, attention, residual block.</summary>
internal sealed class MidBlock2D : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ResnetBlock2D _first, _second;
    private readonly AttentionBlock? _attention;

    public MidBlock2D(int channels, int timeChannels, UNet2DConfig config) : base(nameof(MidBlock2D))
    {
        _first = new ResnetBlock2D(channels, channels, timeChannels, config, config.MidBlockScaleFactor);
        if (config.AddAttention) _attention = new AttentionBlock(channels, config, config.MidBlockScaleFactor);
        _second = new ResnetBlock2D(channels, channels, timeChannels, config, config.MidBlockScaleFactor);
        if (_attention is not null) register_module("attentions", nn.ModuleList<nn.Module>(_attention));
        register_module("resnets", nn.ModuleList<nn.Module>(_first, _second));
    }

    public override Tensor forward(Tensor x, Tensor time)
    {
        x = _first.call(x, time);
        return _second.call(_attention?.call(x) ?? x, time);
    }
}

/// <summary>One resolution on the way up: one layer more than on the way down, each fed the matching skip.</summary>
internal sealed class UpBlock2D : nn.Module
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<AttentionBlock>? _attentions;
    private readonly Upsample2D? _upsample;

    public UpBlock2D(int inChannels, int previousChannels, int outChannels, int timeChannels, bool attends, bool upsamples, UNet2DConfig config) : base(nameof(UpBlock2D))
    {
        if (attends) _attentions = new();
        for (var i = 0; i <= config.LayersPerBlock; i++)
        {
            var skip = i == config.LayersPerBlock ? inChannels : outChannels;
            _resnets.Add(new ResnetBlock2D((i == 0 ? previousChannels : outChannels) + skip, outChannels, timeChannels, config));
            _attentions?.Add(new AttentionBlock(outChannels, config));
        }
        if (upsamples) _upsample = new Upsample2D(outChannels);
        if (_attentions is not null) register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (_upsample is not null) register_module("upsamplers", nn.ModuleList<nn.Module>(_upsample));
    }

    public Tensor Forward(Tensor x, Tensor time, Stack<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            var skip = skips.Pop();
            x = cat([x, x.dtype == skip.dtype ? skip : skip.to(x.dtype)], 1);
            x = _resnets[i].call(x, time);
            if (_attentions is not null) x = _attentions[i].call(x);
        }
        return _upsample?.call(x) ?? x;
    }
}
