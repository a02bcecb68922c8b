namespace Playground.Core.Schedules;

/// <summary>
/// The variance of p(x_p | x_t) in DDPM, between two visited timesteps t > p, with β̃ = 1 − ᾱ_t/ᾱ_p.
/// Small: (1−ᾱ_p)/(1−ᾱ_t)·β̃; large: β̃ (Ho et al. 2020, section 3.2). The names ending in <c>_log</c> are the same numbers reached
/// through the logarithm. <c>learned</c> is the network's own output, <c>learned_range</c> a mix of the two in the logarithm
/// (Nichol &amp; Dhariwal 2021, eq. 15).
/// </summary>
public static class PosteriorVariance
{
    /// <summary>The names that <c>variance_type</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log", "learned",
        "learned_range"];

    /// <summary>Whether the network's output holds the variance in a second half of its channels.</summary>
    public static bool IsLearned(string name) => name is "learned" or "learned_range";

    /// <summary>(1−ᾱ_p)/(1−ᾱ_t)·β̃, at least 1e-20 so that its logarithm is finite.</summary>
    public static float Small(float alphaBar, float alphaBarPrev)
        => MathF.Max((1 - alphaBarPrev) / (1 - alphaBar) * Large(alphaBar, alphaBarPrev), 1e-20f);

    /// <summary>β̃ = 1 − ᾱ_t/ᾱ_p.</summary>
    public static float Large(float alphaBar, float alphaBarPrev) => 1 - alphaBar / alphaBarPrev;

    /// <summary>The standard deviation of a fixed variance.</summary>
    internal static float FixedDeviation(string name, float alphaBar, float alphaBarPrev) => name switch
    {
        "fixed_small" => MathF.Sqrt(Small(alphaBar, alphaBarPrev)),
        "fixed_small_log" => MathF.Exp(0.5f * MathF.Log(Small(alphaBar, alphaBarPrev))),
        "fixed_large" => MathF.Sqrt(Large(alphaBar, alphaBarPrev)),
        "fixed_large_log" => MathF.Exp(0.5f * MathF.Log(Large(alphaBar, alphaBarPrev))),
        _ => 0,
    };
}
