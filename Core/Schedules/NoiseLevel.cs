namespace Playground.Core.Schedules;

/// <summary>
/// How much picture and how much noise x holds: x = <see cref="Alpha"/>·x₀ + <see cref="Sigma"/>·ε, with Alpha² + Sigma² = 1.
/// </summary>
/// <param name="Alpha">√ᾱ.</param>
/// <param name="Sigma">√(1−ᾱ).</param>
/// <param name="AlphaBarBefore">ᾱ of the trained timestep before this one, 1 before the first; only μ needs it.</param>
public readonly record struct NoiseLevel(float Alpha, float Sigma, float AlphaBarBefore)
{
    /// <summary>The level of ᾱ.</summary>
    public static NoiseLevel Of(float alphaBar, float alphaBarBefore = 1)
        => new(MathF.Sqrt(alphaBar), MathF.Sqrt(1 - alphaBar), alphaBarBefore);

    /// <summary>The level whose noise-to-signal ratio √((1−ᾱ)/ᾱ) is <paramref name="sigma"/>.</summary>
    public static NoiseLevel OfSigma(float sigma, float alphaBarBefore = 1)
    {
        var alpha = 1 / MathF.Sqrt(sigma * sigma + 1);
        return new(alpha, sigma * alpha, alphaBarBefore);
    }
}
