using Playground.Core.Checkpoints;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// What a request asks for, classes or texts, and classifier-free guidance (Ho &amp; Salimans 2022) with both halves in one forward pass,
/// at the timesteps where it is on.
/// </summary>
internal sealed class Guidance : IDisposable
{
    private readonly double _scale, _rescale;
    private readonly GuidanceInterval _interval;
    private readonly bool _guides;
    private readonly int _trained, _channels;
    private readonly Tensor? _asked, _unasked;

    /// <param name="channels">C of what is denoised.</param>
    public Guidance(SampledModel model, SamplingRequest request, int channels)
    {
        (_scale, _rescale, _interval) = (request.Guidance, request.GuidanceRescale, request.GuidanceInterval);
        (_trained, _channels) = (model.TrainTimesteps, channels);
        using var scope = NewDisposeScope();
        var (asked, unasked) = model.Conditions(request);
        (_asked, _unasked) = (asked?.DetachFromDisposeScope(), unasked?.DetachFromDisposeScope());
        _guides = asked is not null && request.Guidance != 1;
        Classes = request.ClassesFor(model.Summary);
    }

    /// <summary>Each picture's class; empty when there are none, or when the pictures are of "no class".</summary>
    public int[] Classes { get; }

    /// <summary>Rows of the model's input for a number of pictures: twice as many where guidance is on.</summary>
    public int Rows(int pictures, float timestep) => GuidesAt(timestep) ? 2 * pictures : pictures;

    /// <summary>What every row of the model's input for the first pictures is told; null when unconditional.</summary>
    public Tensor? Condition(int pictures, float timestep) => _asked is null ? null
        : GuidesAt(timestep)
            ? cat([_asked.narrow(0, 0, pictures), _unasked!.narrow(0, 0, pictures)], 0)
            : _asked.narrow(0, 0, pictures);

    /// <summary>[N, C, H, W] → [<see cref="Rows"/>, C, H, W].</summary>
    public Tensor Spread(Tensor x, float timestep) => GuidesAt(timestep) ? cat([x, x], 0) : x;

    /// <summary>ε_∅ + w·(ε_c − ε_∅): the model's output for all rows → the prediction for the pictures.</summary>
    /// <param name="prediction">[<see cref="Rows"/>, C or 2C, H, W].</param>
    /// <param name="timestep">Where it was made.</param>
    public Tensor Combine(Tensor prediction, float timestep)
    {
        if (!GuidesAt(timestep)) return prediction;
        var n = prediction.shape[0] / 2;
        var (conditional, unconditional) = (prediction.narrow(0, 0, n), prediction.narrow(0, n, n));
        if (prediction.shape[1] == _channels) return Guide(conditional, unconditional);
        // A learned variance is not guided (Nichol et al. 2021, GLIDE).
        var mean = Guide(conditional.narrow(1, 0, _channels), unconditional.narrow(1, 0, _channels));
        return cat([mean, conditional.narrow(1, _channels, prediction.shape[1] - _channels)], 1);
    }

    private bool GuidesAt(float timestep) => _guides && _interval.Contains(timestep, _trained);

    private Tensor Guide(Tensor conditional, Tensor unconditional)
    {
        var guided = unconditional + (conditional - unconditional) * _scale;
        return _rescale == 0 ? guided : Rescaled(guided, conditional, _rescale);
    }

    /// <summary>φ·x·σ_pos/σ_cfg + (1−φ)·x (Lin et al. 2023, eq. 15 and 16), σ over each picture alone.</summary>
    internal static Tensor Rescaled(Tensor guided, Tensor conditional, double rescale)
        => guided * (Deviation(conditional) / Deviation(guided).clamp(1e-12) * rescale + (1 - rescale));

    private static Tensor Deviation(Tensor x)
    {
        long[] each = [1, 2, 3];
        var elements = x.numel() / (double)x.shape[0];
        return ((x - x.mean(each, keepdim: true)).square().sum(each, keepdim: true) / (elements - 1)).sqrt();
    }

    public void Dispose()
    {
        _asked?.Dispose();
        _unasked?.Dispose();
    }
}
