using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>What one update makes.</summary>
/// <param name="Previous">x for the next model call, or the finished picture after the last, [N, C, H, W].</param>
/// <param name="PredictedOriginal">The x₀ that the prediction implies, [N, C, H, W].</param>
/// <param name="History">What the next update wants to know of this one and those before it, newest first; empty for one-step
/// methods.</param>
public readonly record struct SamplerStep(Tensor Previous, Tensor PredictedOriginal, IReadOnlyList<Tensor> History)
{
    internal SamplerStep(Tensor previous, Tensor predictedOriginal) : this(previous, predictedOriginal, []) { }
}

/// <summary>
/// A sampler is the list of its timesteps and one pure update. It owns no loop, no random stream and no counter, so that one
/// object can serve many runs, and one forward pass many runs at different steps.
/// </summary>
public interface ISampler
{
    /// <summary>The timestep of every model call, noisiest first. Euler and Heun use fractional ones; Heun calls twice a step.</summary>
    IReadOnlyList<float> Timesteps { get; }

    /// <summary>A run starts at standard normal noise times this.</summary>
    float InitialNoiseSigma { get; }

    /// <summary>What the model is given at <paramref name="index"/> in place of x; x itself for most samplers.</summary>
    Tensor ScaleInput(int index, Tensor x);

    /// <summary>The index of the model call that a 0-based step begins with; a run may start there, with an empty history.</summary>
    int FirstCall(int step) => step;

    /// <summary>How noisy x is before the call at <paramref name="index"/>, or after the last one for <c>Timesteps.Count</c>.</summary>
    Marginal MarginalAt(int index);

    /// <summary>Whether the update at <paramref name="index"/> takes standard normal noise.</summary>
    bool NeedsNoise(int index);

    /// <summary>
    /// The update from <c>Timesteps[index]</c> to the next one, or to x₀ after the last. Changes nothing that it is given.
    /// </summary>
    /// <param name="index">0-based position in <see cref="Timesteps"/>.</param>
    /// <param name="x">x_t, [N, C, H, W], not scaled.</param>
    /// <param name="prediction">The model's output for the scaled input, [N, C, H, W], or [N, 2C, H, W] where it holds a variance.</param>
    /// <param name="history">The history of the step before; empty at the first.</param>
    /// <param name="noise">N(0, I) of x's shape, when <see cref="NeedsNoise"/>; otherwise ignored.</param>
    SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise);
}
