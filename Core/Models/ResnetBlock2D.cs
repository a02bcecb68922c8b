using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>norm, SiLU, 3×3 convolution, twice, with the time added between them and a residual around (Ho et al. 2020, appendix B).</summary>
internal sealed class ResnetBlock2D : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Conv2d? _shortcut;
    private readonly Linear _time;
    private readonly float _scale;

    public ResnetBlock2D(int inChannels, int outChannels, int timeChannels, UNet2DConfig config, float scale = 1) : base(nameof(ResnetBlock2D))
    {
        _scale = scale;
        _norm1 = nn.GroupNorm(config.NormNumGroups, inChannels, config.NormEps);
        _conv1 = nn.Conv2d(inChannels, outChannels, 3, padding: 1);
        _time = nn.Linear(timeChannels, outChannels);
        _norm2 = nn.GroupNorm(config.NormNumGroups, outChannels, config.NormEps);
        _conv2 = nn.Conv2d(outChannels, outChannels, 3, padding: 1);
        if (inChannels != outChannels) _shortcut = nn.Conv2d(inChannels, outChannels, 1);
        register_module("norm1", _norm1);
        register_module("conv1", _conv1);
        register_module("time_emb_proj", _time);
        register_module("norm2", _norm2);
        register_module("conv2", _conv2);
        if (_shortcut is not null) register_module("conv_shortcut", _shortcut);
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="time">SiLU of the time embedding, [N, E].</param>
    public override Tensor forward(Tensor x, Tensor time)
    {
        var h = _conv1.call(Normalization.Silu(_norm1, x));
        h = h + _time.call(time).unsqueeze(-1).unsqueeze(-1);
        h = _conv2.call(Normalization.Silu(_norm2, h));
        var sum = (_shortcut?.call(x) ?? x) + h;
        return _scale == 1 ? sum : sum / _scale;
    }
}
