using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// What Euler and Heun share: x = x₀ + σ·ε, which the model is given divided by √(σ²+1) (Karras et al. 2022, table 1, VP).
/// </summary>
internal abstract class SigmaSampler : ISampler
{
    private readonly OriginalEstimate _original;
    private readonly NoiseLevel[] _levels;

    protected SigmaSampler(SamplerSettings s)
    {
        Sigmas = SigmaLists.Fractional(s);
        _original = new OriginalEstimate(s);
        _levels = [.. Sigmas.Timesteps.Select((t, i) => NoiseLevel.OfSigma(Sigmas.Sigmas[i], SigmaLists.AlphaBarBefore(s.Schedule, t)))];
        var max = Sigmas.Sigmas[0];
        InitialNoiseSigma = s.Spacing == "leading" ? MathF.Sqrt(max * max + 1) : max;
    }

    public abstract IReadOnlyList<float> Timesteps { get; }

    public float InitialNoiseSigma { get; }

    protected SigmaSchedule Sigmas { get; }

    public Tensor ScaleInput(int index, Tensor x)
    {
        var sigma = SigmaAt(index);
        return x / MathF.Sqrt(sigma * sigma + 1);
    }

    public virtual int FirstCall(int step) => step;

    public Marginal MarginalAt(int index) => new(1, SigmaAt(index));

    public abstract bool NeedsNoise(int index);

    public abstract SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise);

    /// <summary>The step in whose σ-list entry the call at <paramref name="index"/> stands.</summary>
    protected virtual int EntryOf(int index) => index;

    protected float SigmaAt(int index) => Sigmas.Sigmas[EntryOf(index)];

    protected Tensor Original(int index, Tensor x, Tensor prediction)
        => _original.FromExploding(x, prediction, SigmaAt(index), _levels[EntryOf(index)]);
}
