using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// The smallest network that knows the time, for teaching: three 3×3 convolutions with SiLU between them; sinusoids of t (Vaswani et
/// al. 2017, section 3.5) through two linear layers are added behind the first. It sees 7×7 pixels and no further.
/// (x [N, C, H, W], t [N], null) → prediction [N, C, H, W].
/// </summary>
public sealed class SimpleNoisePredictor : Denoiser
{
    private readonly Conv2d _conv1, _conv2, _conv3;
    private readonly TimestepEmbedding _time;
    private readonly int _width;

    /// <param name="channels">C.</param>
    /// <param name="width">Channels between the convolutions, at least 2.</param>
    public SimpleNoisePredictor(int channels = 1, int width = 64) : base(nameof(SimpleNoisePredictor))
    {
        if (width < 2) throw new PlaygroundException($"width is {width}; it must be at least 2, a sine and a cosine of t.");
        _width = width;
        _conv1 = new Conv2d(channels, width, 3, padding: 1);
        _conv2 = new Conv2d(width, width, 3, padding: 1);
        _conv3 = new Conv2d(width, channels, 3, padding: 1);
        _time = new TimestepEmbedding(width, width);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("conv3", _conv3);
        register_module("time_embedding", _time);
        using var random = new Generator();
        InitialWeights.Draw(this, random);
    }

    /// <param name="x">x_t, [N, C, H, W], of any size.</param>
    /// <param name="t">Timesteps, [N], of any number type.</param>
    /// <param name="condition">Null.</param>
    /// <returns>The prediction, [N, C, H, W].</returns>
    /// <exception cref="PlaygroundException">There is a condition.</exception>
    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
    {
        if (condition is not null) throw new PlaygroundException("SimpleNoisePredictor is unconditional; leave the condition out.");
        var time = _time.call(TimestepEmbedding.Sinusoids(t, _width)).unsqueeze(-1).unsqueeze(-1);
        var h = (_conv1.call(x) + time).silu();
        return _conv3.call(_conv2.call(h).silu());
    }
}
