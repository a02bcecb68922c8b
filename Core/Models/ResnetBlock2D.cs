using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// norm, activation, 3×3 convolution, twice, with the time between them and a residual around (Ho et al. 2020, appendix B). The time
/// is added before the second norm, or scales and shifts behind it (Dhariwal &amp; Nichol 2021, eq. 4).
/// </summary>
internal sealed class ResnetBlock2D : TimedLayer
{
    private readonly GroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Conv2d? _shortcut;
    private readonly Linear? _time;
    private readonly bool _scalesAndShifts, _isSilu;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Func<Tensor, Tensor>? _resample;
    private readonly Dropout _dropout;
    private readonly double _scale;

    /// <param name="inChannels">C of the input.</param>
    /// <param name="outChannels">C of the output.</param>
    /// <param name="timeChannels">E, the width of the time embedding; null: the block is told no time, as in an autoencoder.</param>
    /// <param name="config">Gives activation, ε, dropout and how the time enters.</param>
    /// <param name="groups">Groups of the first norm.</param>
    /// <param name="groupsOut">Groups of the second norm; null: as the first.</param>
    /// <param name="scale">What the sum with the residual is divided by.</param>
    /// <param name="resample">Changes height and width of both branches before the first convolution.</param>
    /// <param name="alwaysProjects">Whether the residual is projected even where the channels agree.</param>
    public ResnetBlock2D(int inChannels, int outChannels, int? timeChannels, UNet2DConfig config, int groups, int? groupsOut = null,
        double scale = 1, Func<Tensor, Tensor>? resample = null, bool alwaysProjects = false) : base(nameof(ResnetBlock2D))
    {
        (_scale, _resample, _dropout) = (scale, resample, new Dropout(config.Dropout));
        _scalesAndShifts = config.ResnetTimeScaleShift == "scale_shift";
        (_activation, _isSilu) = (Activation.Consuming(config.ActFn), Activation.IsSilu(config.ActFn));
        _norm1 = new GroupNorm(groups, inChannels, config.NormEps);
        _conv1 = new Conv2d(inChannels, outChannels, 3, padding: 1);
        if (timeChannels is { } width) _time = new Linear(width, _scalesAndShifts ? 2 * outChannels : outChannels);
        _norm2 = new GroupNorm(groupsOut ?? groups, outChannels, config.NormEps);
        _conv2 = new Conv2d(outChannels, outChannels, 3, padding: 1);
        if (alwaysProjects || inChannels != outChannels) _shortcut = new Conv2d(inChannels, outChannels, 1);
        register_module("norm1", _norm1);
        register_module("conv1", _conv1);
        if (_time is not null) register_module("time_emb_proj", _time);
        register_module("norm2", _norm2);
        register_module("dropout", _dropout);
        register_module("conv2", _conv2);
        if (_shortcut is not null) register_module("conv_shortcut", _shortcut);
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="time">The activation of the time embedding, [N, E]; null where the block is told no time.</param>
    public override Tensor forward(Tensor x, Tensor? time) => Forward(x, null, time);

    /// <summary>The block on the channels of <paramref name="x"/> and of <paramref name="skip"/> behind them.</summary>
    public Tensor Joined(Tensor x, Tensor skip, Tensor time)
        => FastPath.Takes(x) && FastPath.Takes(skip) && _isSilu && _resample is null && x.dtype == skip.dtype
            ? Forward(x, skip, time)
            : call(cat([x, x.dtype == skip.dtype ? skip : skip.to(x.dtype)], 1), time);

    private Tensor Forward(Tensor x, Tensor? skip, Tensor? time)
    {
        Interruption.Check();
        using var scope = NewDisposeScope();
        var h = skip is null ? Activated(_norm1, x) : _norm1.Fused(x, skip, null, silu: true);
        if (_resample is not null) (x, h) = (_resample(x), _resample(h));
        h = Scoped.Replace(h, _conv1.call(h));
        h = Scoped.Replace(h, WithTime(h, time is null ? null : _time?.call(time)));
        var residual = skip is null ? _shortcut?.call(x) ?? x : _shortcut!.OfPieces(x, skip);
        var sum = _conv2.Plus(Scoped.Replace(h, _dropout.call(h)), residual);
        return (_scale == 1 ? sum : sum / _scale).MoveToOuterDisposeScope();
    }

    // What the second convolution is given.
    private Tensor WithTime(Tensor h, Tensor? t)
    {
        if (t is null) return Activated(_norm2, h);
        if (!_scalesAndShifts && _isSilu && FastPath.Takes(h)) return _norm2.Fused(h, null, t.to(ScalarType.Float32), silu: true);
        t = t.unsqueeze(-1).unsqueeze(-1);
        if (!_scalesAndShifts) return Activated(_norm2, h + t);
        var parts = t.chunk(2, 1);
        return _activation(_norm2.call(h) * (parts[0] + 1) + parts[1]);
    }

    private Tensor Activated(GroupNorm norm, Tensor x) => _isSilu ? norm.Silu(x) : _activation(norm.call(x));
}
