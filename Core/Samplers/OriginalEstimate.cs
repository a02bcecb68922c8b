using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>x₀ from a prediction, with the sampler's clipping or dynamic thresholding.</summary>
internal sealed class OriginalEstimate(SamplerSettings settings)
{
    private readonly Parameterization _parameterization = settings.Parameterization;
    private readonly float? _clip = settings.Clip;
    private readonly (float Ratio, float Max)? _threshold = settings.Threshold;

    /// <summary>The part of the prediction that is not a variance: its first C channels.</summary>
    public static Tensor Mean(Tensor x, Tensor prediction)
        => prediction.shape[1] == 2 * x.shape[1] ? prediction.narrow(1, 0, x.shape[1]) : prediction;

    /// <summary>x̂₀, from x = α·x₀ + σ·ε.</summary>
    public Tensor From(Tensor x, Tensor prediction, NoiseLevel at) => Bound(_parameterization.Original(x, Mean(x, prediction), at));

    /// <summary>ε, of the x₀ before clipping.</summary>
    public Tensor Noise(Tensor x, Tensor prediction, NoiseLevel at) => _parameterization.Noise(x, Mean(x, prediction), at);

    /// <summary>x̂₀, from x = x₀ + σ·ε: the coordinates of Euler and Heun.</summary>
    public Tensor FromExploding(Tensor x, Tensor prediction, float sigma, NoiseLevel at) => _parameterization == Parameterization.Epsilon
        ? Bound(x - Mean(x, prediction) * sigma)
        : From(x / MathF.Sqrt(sigma * sigma + 1), prediction, at);

    private Tensor Bound(Tensor x0)
    {
        if (_threshold is { } threshold)
        {
            // Saharia et al. 2022, section 2.3: s is a quantile of |x̂₀|, for each picture alone
            var s = x0.abs().flatten(1).quantile(tensor(threshold.Ratio, device: x0.device), 1).clamp(1).clamp(max: threshold.Max)
                .reshape([x0.shape[0], .. Enumerable.Repeat(1L, (int)x0.Dimensions - 1)]);
            return (x0 / s).clamp(-1, 1);
        }
        return _clip is { } range ? x0.clamp(-range, range) : x0;
    }
}
