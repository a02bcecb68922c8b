using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// norm, activation, 3×3 convolution, twice, with the time between them and a residual around (Ho et al. 2020, appendix B). The time
/// is added before the second norm, or scales and shifts behind it (Dhariwal &amp; Nichol 2021, eq. 4).
/// </summary>
internal sealed class ResnetBlock2D : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Conv2d? _shortcut;
    private readonly Linear _time;
    private readonly bool _scalesAndShifts, _isSilu;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Func<Tensor, Tensor>? _resample;
    private readonly Dropout _dropout;
    private readonly double _scale;

    /// <param name="inChannels">C of the input.</param>
    /// <param name="outChannels">C of the output.</param>
    /// <param name="timeChannels">E, the width of the time embedding.</param>
    /// <param name="config">Gives activation, ε, dropout and how the time enters.</param>
    /// <param name="groups">Groups of the first norm.</param>
    /// <param name="groupsOut">Groups of the second norm; null: as the first.</param>
    /// <param name="scale">What the sum with the residual is divided by.</param>
    /// <param name="resample">Changes height and width of both branches before the first convolution.</param>
    /// <param name="alwaysProjects">Whether the residual is projected even where the channels agree.</param>
    public ResnetBlock2D(int inChannels, int outChannels, int timeChannels, UNet2DConfig config, int groups, int? groupsOut = null,
        double scale = 1, Func<Tensor, Tensor>? resample = null, bool alwaysProjects = false) : base(nameof(ResnetBlock2D))
    {
        (_scale, _resample, _dropout) = (scale, resample, new Dropout(config.Dropout));
        _scalesAndShifts = config.ResnetTimeScaleShift == "scale_shift";
        (_activation, _isSilu) = (Activation.Consuming(config.ActFn), Activation.IsSilu(config.ActFn));
        _norm1 = nn.GroupNorm(groups, inChannels, config.NormEps);
        _conv1 = nn.Conv2d(inChannels, outChannels, 3, padding: 1);
        _time = nn.Linear(timeChannels, _scalesAndShifts ? 2 * outChannels : outChannels);
        _norm2 = nn.GroupNorm(groupsOut ?? groups, outChannels, config.NormEps);
        _conv2 = nn.Conv2d(outChannels, outChannels, 3, padding: 1);
        if (alwaysProjects || inChannels != outChannels) _shortcut = nn.Conv2d(inChannels, outChannels, 1);
        register_module("norm1", _norm1);
        register_module("conv1", _conv1);
        register_module("time_emb_proj", _time);
        register_module("norm2", _norm2);
        register_module("dropout", _dropout);
        register_module("conv2", _conv2);
        if (_shortcut is not null) register_module("conv_shortcut", _shortcut);
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="time">The activation of the time embedding, [N, E].</param>
    public override Tensor forward(Tensor x, Tensor time)
    {
        var h = Activated(_norm1, x);
        if (_resample is not null) (x, h) = (_resample(x), _resample(h));
        h = _conv1.call(h);
        var t = _time.call(time).unsqueeze(-1).unsqueeze(-1);
        if (_scalesAndShifts)
        {
            var parts = t.chunk(2, 1);
            h = _activation(Normalization.Apply(_norm2, h) * (parts[0] + 1) + parts[1]);
        }
        else
        {
            h = Activated(_norm2, h + t);
        }
        h = _conv2.call(_dropout.call(h));
        var sum = (_shortcut?.call(x) ?? x) + h;
        return _scale == 1 ? sum : sum / _scale;
    }

    private Tensor Activated(GroupNorm norm, Tensor x) => _isSilu ? Normalization.Silu(norm, x) : _activation(Normalization.Apply(norm, x));
}
