using Playground.Core.Checkpoints;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>A request's classes, and classifier-free guidance (Ho &amp; Salimans 2022) with both halves in one forward pass.</summary>
internal sealed class Guidance
{
    private readonly double _scale;
    private readonly bool _guides;

    public Guidance(DiffusionModel model, SamplingRequest request)
    {
        (_scale, Rows) = (request.Guidance, request.Count);
        if (model.Classes is not { } classes) return;
        Classes = [.. Enumerable.Range(0, request.Count).Select(i => request.Classes.Count > 0 ? request.Classes[i % request.Classes.Count] : i % classes)];
        _guides = request.Guidance != 1;
        Labels = [.. Classes.Select(k => (long)k)];
        if (!_guides) return;
        Rows *= 2;
        Labels = [.. Labels, .. Enumerable.Repeat((long)model.Config.NumClassEmbeds! - 1, request.Count)];
    }

    /// <summary>Each picture's class; empty when unconditional.</summary>
    public int[] Classes { get; } = [];

    /// <summary>The label of every row of the model's input; null when unconditional.</summary>
    public long[]? Labels { get; }

    /// <summary>Rows of the model's input: the pictures, twice where guidance is on.</summary>
    public int Rows { get; }

    /// <summary>[N, C, H, W] → [<see cref="Rows"/>, C, H, W].</summary>
    public Tensor Spread(Tensor x) => _guides ? cat([x, x], 0) : x;

    /// <summary>ε_∅ + w·(ε_c − ε_∅): the model's output for all rows → the prediction for the pictures.</summary>
    /// <param name="prediction">[<see cref="Rows"/>, C or 2C, H, W].</param>
    /// <param name="channels">C.</param>
    public Tensor Combine(Tensor prediction, long channels)
    {
        if (!_guides) return prediction;
        var n = prediction.shape[0] / 2;
        var conditional = prediction.narrow(0, 0, n);
        var unconditional = prediction.narrow(0, n, n);
        if (prediction.shape[1] == channels) return unconditional + (conditional - unconditional) * _scale;
        // A learned variance is not guided (Nichol et al. 2021, GLIDE).
        var mean = unconditional.narrow(1, 0, channels) + (conditional - unconditional).narrow(1, 0, channels) * _scale;
        return cat([mean, conditional.narrow(1, channels, prediction.shape[1] - channels)], 1);
    }
}
