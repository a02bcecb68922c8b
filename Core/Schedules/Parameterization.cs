using static TorchSharp.torch;

namespace Playground.Core.Schedules;

/// <summary>What a network's output stands for.</summary>
public enum Parameterization
{
    /// <summary>The noise ε (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>The clean picture x₀.</summary>
    Sample,

    /// <summary>v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans &amp; Ho 2022).</summary>
    VPrediction,

    /// <summary>The mean μ of q(x_{t−1} | x_t, x₀) (Ho et al. 2020, eq. 7).</summary>
    Mu,

    /// <summary>The score ∇ log p(x_t) = −ε / √(1−ᾱ) (Song et al. 2021).</summary>
    Score,
}

/// <summary>The conversions among the parameterizations. x, x₀, ε and every prediction are [N, C, H, W].</summary>
public static class Parameterizations
{
    private static readonly string[] s_names = ["epsilon", "sample", "v_prediction", "mu", "score"];

    /// <summary>The names that <c>prediction_type</c> takes, in the order of <see cref="Parameterization"/>.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <exception cref="PlaygroundException">The name is none of <see cref="Names"/>.</exception>
    public static Parameterization Parse(string name) => Array.IndexOf(s_names, name) is >= 0 and var i ? (Parameterization)i
        : throw new PlaygroundException($"prediction_type '{name}' is not known; use one of: {string.Join(", ", s_names)}.");

    /// <summary>Its name in <c>scheduler_config.json</c>.</summary>
    public static string Name(this Parameterization p) => s_names[(int)p];

    /// <summary>Whether x₀ can be told from the prediction where ᾱ = 0, so that x is pure noise.</summary>
    public static bool WorksAtZeroSnr(this Parameterization p) => p is not (Parameterization.Epsilon or Parameterization.Score);

    /// <summary>x₀ from x at <paramref name="at"/> and the prediction there.</summary>
    public static Tensor Original(this Parameterization p, Tensor x, Tensor prediction, NoiseLevel at) => p switch
    {
        Parameterization.Epsilon => (x - prediction * at.Sigma) / at.Alpha,
        Parameterization.Sample => prediction,
        Parameterization.VPrediction => x * at.Alpha - prediction * at.Sigma,
        Parameterization.Mu => (prediction - x * Posterior(at).X) / Posterior(at).X0,
        _ => (x + prediction * (at.Sigma * at.Sigma)) / at.Alpha,
    };

    /// <summary>ε from x at <paramref name="at"/> and the prediction there.</summary>
    public static Tensor Noise(this Parameterization p, Tensor x, Tensor prediction, NoiseLevel at) => p switch
    {
        Parameterization.Epsilon => prediction,
        Parameterization.VPrediction => prediction * at.Alpha + x * at.Sigma,
        Parameterization.Score => prediction * -at.Sigma,
        _ => (x - p.Original(x, prediction, at) * at.Alpha) / at.Sigma,
    };

    /// <summary>What the network should have said, where x = √ᾱ·x₀ + √(1−ᾱ)·ε: the target of training.</summary>
    /// <param name="p">The parameterization trained.</param>
    /// <param name="x0">The clean pictures.</param>
    /// <param name="eps">The noise that was mixed in.</param>
    /// <param name="alphaBar">ᾱ of each picture's timestep, [N, 1, 1, 1].</param>
    /// <param name="alphaBarBefore">ᾱ one timestep earlier, 1 before the first, [N, 1, 1, 1]; only μ needs it.</param>
    public static Tensor Target(this Parameterization p, Tensor x0, Tensor eps, Tensor alphaBar, Tensor? alphaBarBefore = null)
    {
        switch (p)
        {
            case Parameterization.Epsilon: return eps;
            case Parameterization.Sample: return x0;
            case Parameterization.VPrediction: return alphaBar.sqrt() * eps - (1 - alphaBar).sqrt() * x0;
            case Parameterization.Score: return -eps / (1 - alphaBar).sqrt();
        }
        ArgumentNullException.ThrowIfNull(alphaBarBefore);
        var alpha = alphaBar / alphaBarBefore;
        var x = alphaBar.sqrt() * x0 + (1 - alphaBar).sqrt() * eps;
        return alphaBarBefore.sqrt() * (1 - alpha) / (1 - alphaBar) * x0 + alpha.sqrt() * (1 - alphaBarBefore) / (1 - alphaBar) * x;
    }

    /// <summary>The prediction as x₀ = a·x + b·prediction and ε = c·x + d·prediction: every parameterization is linear.</summary>
    internal static (float A, float B, float C, float D) Linear(this Parameterization p, NoiseLevel at)
    {
        var (a, b) = p switch
        {
            Parameterization.Epsilon => (1 / at.Alpha, -at.Sigma / at.Alpha),
            Parameterization.Sample => (0f, 1f),
            Parameterization.VPrediction => (at.Alpha, -at.Sigma),
            Parameterization.Mu => (-Posterior(at).X / Posterior(at).X0, 1 / Posterior(at).X0),
            _ => (1 / at.Alpha, at.Sigma * at.Sigma / at.Alpha),
        };
        var (c, d) = p switch
        {
            Parameterization.Epsilon => (0f, 1f),
            Parameterization.VPrediction => (at.Sigma, at.Alpha),
            Parameterization.Score => (0f, -at.Sigma),
            _ => ((1 - at.Alpha * a) / at.Sigma, -at.Alpha * b / at.Sigma),
        };
        return (a, b, c, d);
    }

    // μ = X0·x₀ + X·x (Ho et al. 2020, eq. 7)
    private static (float X0, float X) Posterior(NoiseLevel at)
    {
        var (alphaBar, before) = (at.Alpha * at.Alpha, at.AlphaBarBefore);
        var alpha = alphaBar / before;
        return (MathF.Sqrt(before) * (1 - alpha) / (1 - alphaBar), MathF.Sqrt(alpha) * (1 - before) / (1 - alphaBar));
    }
}
