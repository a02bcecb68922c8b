using Playground.Core.Checkpoints;
using Playground.Core.Imaging;

namespace Playground.Core.Generation;

/// <summary>The pictures after a step.</summary>
/// <param name="Step">Model calls done, 1 to <paramref name="Steps"/>.</param>
/// <param name="Steps">Model calls in all: the request's steps, for most samplers.</param>
/// <param name="Timestep">The timestep that the step left; Euler and Heun have fractional ones.</param>
/// <param name="Xt">The noisy pictures, as the model is given them.</param>
/// <param name="X0">What the model now takes the clean pictures to be.</param>
public sealed record SamplingFrame(int Step, int Steps, float Timestep, PictureBatch Xt, PictureBatch X0)
{
    /// <summary>How noisy <see cref="Xt"/> is: σ = √((1−ᾱ)/ᾱ), 0 when it is clean; null on the way to noise, which DDIM finds
    /// backwards.</summary>
    public float? Sigma { get; init; }
}

/// <summary>The finished pictures.</summary>
/// <param name="Pictures">Rounded to bytes.</param>
/// <param name="Values">[N, C, H, W] before rounding, about −1 to 1.</param>
/// <param name="Shape">N, C, H, W.</param>
/// <param name="Classes">Each picture's class; empty when unconditional.</param>
/// <param name="Model">The model that made them.</param>
public sealed record SamplingResult(PictureBatch Pictures, float[] Values, int[] Shape, int[] Classes, ModelSummary Model);
