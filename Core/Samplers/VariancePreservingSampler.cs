using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>What the samplers share that step over ᾱ at whole timesteps: the list, ᾱ at both ends of a step, and unscaled input.</summary>
internal abstract class VariancePreservingSampler : ISampler
{
    private readonly float[] _timesteps, _alphaBarPrev;
    private readonly float[] _alphaBar;
    private readonly NoiseLevel[] _levels;

    protected VariancePreservingSampler(SamplerSettings s, int[] timesteps, float alphaBarAtEnd)
    {
        var schedule = s.Schedule;
        if (schedule.AlphasCumprod[timesteps[0]] == 0 && !s.Parameterization.WorksAtZeroSnr())
            throw new PlaygroundException($"The model predicts {s.Parameterization.Name()}, from which x₀ cannot be told at "
                + $"timestep {timesteps[0]}, pure noise on a zero-terminal-SNR schedule; use the spacing leading, or a σ-sampler such as "
                + "euler.");
        _timesteps = [.. timesteps.Select(t => (float)t)];
        _alphaBar = [.. timesteps.Select(t => schedule.AlphasCumprod[t])];
        _levels = [.. timesteps.Select(schedule.At)];
        _alphaBarPrev = [.. timesteps.Select(
            (_, i) => TimestepSpacing.Next(timesteps, i, s.Stride) is >= 0 and var p ? schedule.AlphasCumprod[p] : alphaBarAtEnd)];
        Original = new OriginalEstimate(s);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1;

    protected OriginalEstimate Original { get; }

    public Tensor ScaleInput(int index, Tensor x) => x;

    public Marginal MarginalAt(int index)
    {
        var alphaBar = index < _alphaBar.Length ? _alphaBar[index] : _alphaBarPrev[^1];
        return new(MathF.Sqrt(alphaBar), MathF.Sqrt(1 - alphaBar));
    }

    public abstract bool NeedsNoise(int index);

    public abstract SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise);

    protected NoiseLevel At(int index) => _levels[index];

    protected float AlphaBar(int index) => _alphaBar[index];

    protected float AlphaBarPrev(int index) => _alphaBarPrev[index];
}
