using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>A residual block that is told the time by both of its norms (<see cref="AdaGroupNorm"/>) and by nothing else.</summary>
internal sealed class ResnetBlockCondNorm2D : TimedLayer
{
    private readonly AdaGroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Conv2d? _shortcut;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Dropout _dropout;

    public ResnetBlockCondNorm2D(int inChannels, int outChannels, int timeChannels, UNet2DConfig config, int groups, int groupsOut)
        : base(nameof(ResnetBlockCondNorm2D))
    {
        _dropout = new Dropout(config.Dropout);
        _activation = Activation.Consuming(config.ActFn);
        _norm1 = new AdaGroupNorm(inChannels, timeChannels, groups, config.NormEps);
        _conv1 = new Conv2d(inChannels, outChannels, 3, padding: 1);
        _norm2 = new AdaGroupNorm(outChannels, timeChannels, groupsOut, config.NormEps);
        _conv2 = new Conv2d(outChannels, outChannels, 3, padding: 1);
        if (inChannels != outChannels) _shortcut = new Conv2d(inChannels, outChannels, 1, hasBias: false);
        register_module("norm1", _norm1);
        register_module("conv1", _conv1);
        register_module("norm2", _norm2);
        register_module("dropout", _dropout);
        register_module("conv2", _conv2);
        if (_shortcut is not null) register_module("conv_shortcut", _shortcut);
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="embedding">The time embedding, [N, E], without an activation.</param>
    public override Tensor forward(Tensor x, Tensor? embedding)
    {
        var h = _conv1.call(_activation(_norm1.call(x, embedding!)));
        h = _activation(_norm2.call(h, embedding!));
        h = _conv2.call(_dropout.call(h));
        return (_shortcut?.call(x) ?? x) + h;
    }
}
