using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The smallest U-Net that shows the idea, for teaching: five 5×5 convolutions with SiLU between them, max-pooling down twice, nearest
/// neighbours up twice, and skips that are added (Ronneberger et al. 2015 join them as channels). It is not told the time.
/// (x [N, C, H, W], t [N], null) → prediction [N, C′, H, W]; any of this namespace's networks can take its place.
/// </summary>
public sealed class BasicUNet : Denoiser
{
    private readonly ModuleList<Conv2d> _convs = new();

    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">C′.</param>
    /// <param name="width">Channels of the finest resolution, at least 1; the others have twice as many.</param>
    public BasicUNet(int inChannels = 1, int outChannels = 1, int width = 32) : base(nameof(BasicUNet))
    {
        foreach (var (from, to) in new[] { (inChannels, width), (width, 2 * width), (2 * width, 2 * width), (2 * width, width),
            (width, outChannels) })
            _convs.Add(new Conv2d(from, to, 5, padding: 2));
        register_module("convs", _convs);
        using var random = new Generator();
        InitialWeights.Draw(this, random);
    }

    /// <param name="x">x_t, [N, C, H, W]; H and W multiples of 4.</param>
    /// <param name="t">Timesteps, [N]; not looked at.</param>
    /// <param name="condition">Null.</param>
    /// <returns>The prediction, [N, C′, H, W].</returns>
    /// <exception cref="PlaygroundException">The size is not a multiple of 4, or there is a condition.</exception>
    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
    {
        if (condition is not null) throw new PlaygroundException("BasicUNet is unconditional; leave the condition out.");
        if (x.shape[2] % 4 != 0 || x.shape[3] % 4 != 0)
            throw new PlaygroundException(
                $"BasicUNet got pictures of {x.shape[2]}×{x.shape[3]}; height and width must be multiples of 4, for it halves them twice.");
        var fine = _convs[0].call(x).silu();
        var middle = _convs[1].call(nn.functional.max_pool2d(fine, 2)).silu();
        var coarse = _convs[2].call(nn.functional.max_pool2d(middle, 2)).silu();
        middle = _convs[3].call(Upsample2D.Nearest(coarse) + middle).silu();
        return _convs[4].call(Upsample2D.Nearest(middle) + fine);
    }
}
