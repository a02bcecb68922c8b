using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// <c>SkipDownBlock2D</c>, <c>AttnSkipDownBlock2D</c> of NCSN++ (Song et al. 2021, appendix H): residual blocks over √2, half the size
/// through a FIR filter, and the input picture, filtered down alongside, projected and added.
/// </summary>
internal sealed class SkipDownBlock2D : UNetBlock
{
    /// <summary>Channels of the picture that skip blocks carry.</summary>
    public const int PictureChannels = 3;

    /// <summary>Groups of the norm before these blocks' attention.</summary>
    public const int AttentionGroups = 32;

    private readonly ModuleList<ResnetBlock2D> _resnets = new();
    private readonly ModuleList<AttentionBlock> _attentions = new();
    private readonly ResnetBlock2D? _down;
    private readonly Conv2d? _picture;

    public SkipDownBlock2D(int inChannels, int outChannels, int timeChannels, bool attends, bool downsamples, UNet2DConfig config)
        : base(nameof(SkipDownBlock2D))
    {
        var scale = Math.Sqrt(2);
        var groups = Normalization.DefaultGroups(outChannels);
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            var from = i == 0 ? inChannels : outChannels;
            _resnets.Add(new ResnetBlock2D(from, outChannels, timeChannels, config, Normalization.DefaultGroups(from), groups, scale));
            if (attends) _attentions.Add(new AttentionBlock(outChannels, config, AttentionGroups, scale));
        }
        register_module("attentions", _attentions);
        register_module("resnets", _resnets);
        if (!downsamples) return;
        _down = new ResnetBlock2D(outChannels, outChannels, timeChannels, config, groups, scale: scale, resample: FirFilter.Down,
            alwaysProjects: true);
        _picture = new Conv2d(PictureChannels, outChannels, 1);
        register_module("resnet_down", _down);
        register_module("skip_conv", _picture);
    }

    public override Tensor Forward(Tensor x, TimeSignal time, UNetPath path)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = _resnets[i].call(x, time.Activated);
            if (_attentions.Count > 0) x = _attentions[i].call(x);
            path.Skips.Push(x);
        }
        if (_down is null) return x;
        x = _down.call(x, time.Activated);
        path.Picture = FirFilter.Down(path.Picture!);
        x = _picture!.call(path.Picture) + x;
        path.Skips.Push(x);
        return x;
    }
}
