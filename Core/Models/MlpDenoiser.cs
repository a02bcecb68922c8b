using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// A multilayer perceptron that denoises points on a line or in a plane, for teaching: linear layers with SiLU between them; sinusoids of
/// t (Vaswani et al. 2017, section 3.5) and the class, if any, are added behind the first.
/// (x [N, D], t [N], class labels [N] int64 or null) → prediction [N, D].
/// </summary>
public sealed class MlpDenoiser : Denoiser
{
    private readonly Linear _in, _out;
    private readonly TimestepEmbedding _time;
    private readonly Embedding? _classes;
    private readonly ModuleList<Linear> _hidden = new();
    private readonly int _width;

    /// <param name="dimensions">D, 1 or 2.</param>
    /// <param name="width">Numbers per hidden layer, at least 2.</param>
    /// <param name="layers">Hidden layers behind the first, at least 1.</param>
    /// <param name="classes">Number of classes; null for an unconditional network.</param>
    public MlpDenoiser(int dimensions = 2, int width = 128, int layers = 3, int? classes = null) : base(nameof(MlpDenoiser))
    {
        if (dimensions is not (1 or 2)) throw new PlaygroundException($"dimensions is {dimensions}; it must be 1 or 2.");
        if (width < 2) throw new PlaygroundException($"width is {width}; it must be at least 2, a sine and a cosine of t.");
        if (layers < 1) throw new PlaygroundException($"layers is {layers}; it must be at least 1.");
        if (classes < 1) throw new PlaygroundException($"classes is {classes}; it must be null or at least 1.");
        _width = width;
        _in = new Linear(dimensions, width);
        _time = new TimestepEmbedding(width, width);
        if (classes is { } rows) _classes = new Embedding(rows, width);
        for (var i = 0; i < layers; i++) _hidden.Add(new Linear(width, width));
        _out = new Linear(width, dimensions);
        register_module("input", _in);
        register_module("time_embedding", _time);
        if (_classes is not null) register_module("class_embedding", _classes);
        register_module("hidden", _hidden);
        register_module("output", _out);
        using var random = new Generator();
        InitialWeights.Draw(this, random);
    }

    /// <param name="x">x_t, [N, D].</param>
    /// <param name="t">Timesteps, [N], of any number type.</param>
    /// <param name="condition">Class labels, int64 [N]; required exactly when the network has classes.</param>
    /// <returns>The prediction, [N, D].</returns>
    /// <exception cref="PlaygroundException">The labels are missing, or there are some and the network has no classes.</exception>
    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
    {
        if (_classes is null != condition is null)
            throw new PlaygroundException(condition is null ? "The network is class-conditional; give a class label for each point."
                : "The network is unconditional; leave the class labels out.");
        var h = _in.call(x) + _time.call(TimestepEmbedding.Sinusoids(t, _width));
        if (condition is not null) h = h + _classes!.call(condition);
        foreach (var layer in _hidden) h = layer.call(h.silu());
        return _out.call(h.silu());
    }
}
