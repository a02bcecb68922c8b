using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>How noisy x is at one place of a sampler's list, in the sampler's own coordinates: q(x | x₀) = N(Scale·x₀, Sigma²·I).</summary>
/// <param name="Scale">√ᾱ, or 1 for the samplers in σ.</param>
/// <param name="Sigma">√(1−ᾱ), or σ.</param>
public readonly record struct Marginal(float Scale, float Sigma)
{
    /// <summary>x, from clean pictures and standard normal noise, both [N, C, H, W].</summary>
    public Tensor AddNoise(Tensor x0, Tensor eps) => x0 * Scale + eps * Sigma;

    /// <summary>The forward process from a less noisy place to this one, in one draw (Lugmayr et al. 2022, algorithm 1, line 10).</summary>
    /// <param name="x">At <paramref name="from"/>.</param>
    /// <param name="from">No noisier than this.</param>
    /// <param name="eps">N(0, I) of x's shape.</param>
    public Tensor AddNoise(Tensor x, Marginal from, Tensor eps)
    {
        var scale = Scale / from.Scale;
        return x * scale + eps * MathF.Sqrt(MathF.Max(Sigma * Sigma - scale * scale * from.Sigma * from.Sigma, 0));
    }
}
