using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>SkipUpBlock2D</c>, <c>AttnSkipUpBlock2D</c> of NCSN++ (Song et al. 2021, appendix H): residual blocks over √2, attention once
/// behind them, twice the size through a FIR filter; each resolution adds its part to an output picture that is filtered up alongside.
/// </summary>
internal sealed class SkipUpBlock2D : UNetBlock
{
    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly AttentionBlock? _attention;
    private readonly ResnetBlock2D? _up;
    private readonly Conv2d? _picture;
    private readonly GroupNorm? _pictureNorm;

    public SkipUpBlock2D(int inChannels, int previousChannels, int outChannels, int timeChannels, bool attends, bool upsamples,
        UNet2DConfig config) : base(nameof(SkipUpBlock2D))
    {
        var scale = Math.Sqrt(2);
        var groups = Normalization.DefaultGroups(outChannels);
        for (var i = 0; i <= config.LayersPerBlock; i++)
        {
            var (from, skip) = Inputs(i, inChannels, previousChannels, outChannels, config.LayersPerBlock);
            _resnets.Add(new ResnetBlock2D(from + skip, outChannels, timeChannels, config, GroupsOf(from, skip, attends), groups, scale));
        }
        if (attends) _attention = new AttentionBlock(outChannels, config, SkipDownBlock2D.AttentionGroups, scale);
        if (_attention is not null) register_module("attentions", nn.ModuleList<nn.Module>(_attention));
        register_module("resnets", _resnets);
        if (!upsamples) return;
        _up = new ResnetBlock2D(outChannels, outChannels, timeChannels, config, groups, scale: scale, resample: FirFilter.Up,
            alwaysProjects: true);
        _picture = new Conv2d(outChannels, SkipDownBlock2D.PictureChannels, 3, padding: 1);
        _pictureNorm = new GroupNorm(groups, outChannels, config.NormEps);
        register_module("resnet_up", _up);
        register_module("skip_conv", _picture);
        register_module("skip_norm", _pictureNorm);
    }

    /// <summary>Channels of the features and of the skip that enter layer <paramref name="layer"/>.</summary>
    public static (int From, int Skip) Inputs(int layer, int inChannels, int previousChannels, int outChannels, int layers)
        => (layer == 0 ? previousChannels : outChannels, layer == layers ? inChannels : outChannels);

    /// <summary>Groups of a layer's first norm. With attention only the skip counts as a quarter; checkpoints are trained so.</summary>
    public static int GroupsOf(int from, int skip, bool attends) => Math.Min(attends ? from + skip / 4 : (from + skip) / 4, 32);

    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        foreach (var resnet in _resnets) x = resnet.Joined(x, path.Skips.Pop(), time.Activated);
        if (_attention is not null) x = _attention.call(x);
        if (path.Picture is not null) path.Picture = FirFilter.Up(path.Picture);
        if (_up is null) return x;
        var part = _picture!.call(_pictureNorm!.Silu(x));
        path.Picture = path.Picture is null ? part : path.Picture + part;
        return _up.call(x, time.Activated);
    }
}
