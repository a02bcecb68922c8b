using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Halves height and width by a 3×3 convolution of stride 2.</summary>
internal sealed class Downsample2D : Layer
{
    private readonly Conv2d _conv;
    private readonly bool _padsAfter;

    public Downsample2D(int channels, int padding) : base(nameof(Downsample2D))
    {
        // Padding 0 stands for one row and column at the far edges only.
        _padsAfter = padding == 0;
        _conv = new Conv2d(channels, channels, 3, stride: 2, padding: padding);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor x) => _conv.call(_padsAfter ? nn.functional.pad(x, [0, 1, 0, 1]) : x);
}

/// <summary>Doubles height and width by nearest neighbours, then a 3×3 convolution.</summary>
internal sealed class Upsample2D : Layer
{
    private readonly Conv2d _conv;

    public Upsample2D(int channels) : base(nameof(Upsample2D))
    {
        _conv = new Conv2d(channels, channels, 3, padding: 1);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor x) => _conv.call(Nearest(x));

    /// <summary>[N, C, H, W] → [N, C, 2H, 2W].</summary>
    public static Tensor Nearest(Tensor x) => nn.functional.interpolate(x, size: [x.shape[2] * 2, x.shape[3] * 2], mode: InterpolationMode.Nearest);
}
