using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>A sampler whose update can be undone: <c>ddim</c> at η = 0.</summary>
public interface IInvertibleSampler : ISampler
{
    /// <summary>
    /// The x_t for which <see cref="ISampler.Step"/> makes <paramref name="previous"/> from <paramref name="prediction"/>.
    /// </summary>
    /// <exception cref="PlaygroundException">The settings add noise or clip, so that nothing can be undone.</exception>
    Tensor Invert(int index, Tensor previous, Tensor prediction);
}

/// <summary>From pictures back to the noise that makes them.</summary>
public static class SamplerInversion
{
    /// <summary>
    /// The x_T from which the sampler makes <paramref name="x0"/>. The prediction at x_t is wanted to find x_t, so every step is a
    /// fixed point x_t ← Invert(x_p, model(x_t)), begun at x_p. One iteration is the usual inversion (Dhariwal &amp; Nichol 2021,
    /// appendix F); more of them converge to the exact inverse where the steps are small enough (Pan et al. 2023).
    /// </summary>
    /// <param name="sampler">Such as <c>ddim</c> at η = 0.</param>
    /// <param name="x0">Finished pictures, [N, C, H, W].</param>
    /// <param name="model">The prediction for x at a timestep.</param>
    /// <param name="iterations">Model calls per step, at least 1.</param>
    public static Tensor Run(IInvertibleSampler sampler, Tensor x0, Func<Tensor, float, Tensor> model, int iterations = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        var x = x0.alias();
        for (var i = sampler.Timesteps.Count - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            var guess = x;
            for (var k = 0; k < iterations; k++) guess = sampler.Invert(i, x, model(guess, sampler.Timesteps[i]));
            x.Dispose();
            x = guess.MoveToOuterDisposeScope();
        }
        return x;
    }
}
