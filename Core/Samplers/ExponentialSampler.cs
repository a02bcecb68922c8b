using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// What DPM-Solver++ and UniPC share: x = α·x₀ + σ·ε, steps in λ = ln(α/σ), and a history of the x₀ predicted at the steps before.
/// </summary>
internal abstract class ExponentialSampler : ISampler
{
    private readonly float[] _timesteps;
    private readonly OriginalEstimate _original;
    private readonly NoiseLevel[] _levels;

    protected ExponentialSampler(SamplerSettings s, SigmaSchedule sigmas)
    {
        (Settings, _timesteps) = (s, sigmas.Timesteps);
        _original = new OriginalEstimate(s);
        _levels = [.. _timesteps.Select((t, i) => NoiseLevel.OfSigma(sigmas.Sigmas[i], SigmaLists.AlphaBarBefore(s.Schedule, t)))];
        Alpha = [.. sigmas.Sigmas.Select(v => NoiseLevel.OfSigma(v).Alpha)];
        Sigma = [.. sigmas.Sigmas.Select(v => NoiseLevel.OfSigma(v).Sigma)];
        Lambda = [.. Alpha.Zip(Sigma, (alpha, sigma) => MathF.Log(alpha) - MathF.Log(sigma))];
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1;

    protected SamplerSettings Settings { get; }

    /// <summary>α, σ and λ at every timestep and at the end, [n + 1]; λ is infinite where σ is 0.</summary>
    protected float[] Alpha { get; }

    protected float[] Sigma { get; }

    protected float[] Lambda { get; }

    public Tensor ScaleInput(int index, Tensor x) => x;

    public Marginal MarginalAt(int index) => new(Alpha[index], Sigma[index]);

    public abstract bool NeedsNoise(int index);

    public abstract SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise);

    /// <summary>x̂₀, and what the method integrates: it, or ε where <see cref="SamplerSettings.OverNoise"/>.</summary>
    protected (Tensor X0, Tensor Integrand) Estimate(int index, Tensor x, Tensor prediction)
    {
        var (x0, at) = (Original(index, x, prediction), _levels[index]);
        if (!Settings.OverNoise) return (x0, x0);
        return (x0, Settings.Threshold is null ? _original.Noise(x, prediction, at) : (x - x0 * at.Alpha) / at.Sigma);
    }

    protected Tensor Original(int index, Tensor x, Tensor prediction) => _original.From(x, prediction, _levels[index]);
}
