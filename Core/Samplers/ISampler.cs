using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>What one update makes: x at the next visited timestep, and the x₀ that the prediction implies. Both [N, C, H, W].</summary>
public readonly record struct SamplerStep(Tensor Previous, Tensor PredictedOriginal);

/// <summary>
/// A sampler is the list of its timesteps and one pure update. It owns no loop, no random stream and no counter, so that one
/// forward pass can serve many runs at different steps.
/// </summary>
public interface ISampler
{
    /// <summary>The timesteps visited, noisiest first.</summary>
    IReadOnlyList<int> Timesteps { get; }

    /// <summary>Whether the update at <paramref name="index"/> takes standard normal noise.</summary>
    bool NeedsNoise(int index);

    /// <summary>The update from <c>Timesteps[index]</c> to the next one, or to x₀ after the last.</summary>
    /// <param name="index">0-based position in <see cref="Timesteps"/>.</param>
    /// <param name="x">x_t, [N, C, H, W].</param>
    /// <param name="prediction">The model's ε, [N, C, H, W].</param>
    /// <param name="noise">N(0, I) of x's shape, when <see cref="NeedsNoise"/>; otherwise ignored.</param>
    SamplerStep Step(int index, Tensor x, Tensor prediction, Tensor? noise = null);
}
