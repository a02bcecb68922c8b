using Playground.Core.Samplers;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// <see cref="SamplerInversion"/> between one model call and the next: from clean pictures to the noise that makes them, so that its
/// calls too are rows of a pass that serves many.
/// </summary>
internal sealed class ActiveInversion : IDisposable
{
    private readonly IInvertibleSampler _sampler;
    private readonly int _iterations;
    private Tensor _previous, _guess;
    private int _index, _iteration;

    /// <param name="pictures">Clean, [N, C, H, W]; taken over.</param>
    /// <param name="iterations">Model calls per step, at least 1.</param>
    public ActiveInversion(IInvertibleSampler sampler, Tensor pictures, int iterations)
    {
        (_sampler, _iterations, _index) = (sampler, iterations, sampler.Timesteps.Count - 1);
        _previous = pictures.DetachFromDisposeScope();
        _guess = pictures.alias().DetachFromDisposeScope();
    }

    public int Pictures => (int)_guess.shape[0];

    public bool IsFinished => _index < 0;

    public float Timestep => _sampler.Timesteps[_index];

    /// <summary>What the next model call is given; x_T when finished. [N, C, H, W].</summary>
    public Tensor X => _guess;

    /// <summary>Takes the model's prediction for <see cref="X"/>.</summary>
    /// <returns>The clean pictures that it implies.</returns>
    public Tensor Advance(Tensor prediction)
    {
        var x0 = _sampler.Step(_index, _guess, prediction, [], null).PredictedOriginal;
        var guess = _sampler.Invert(_index, _previous, prediction).DetachFromDisposeScope();
        _guess.Dispose();
        _guess = guess;
        if (++_iteration < _iterations) return x0;
        (_iteration, _index) = (0, _index - 1);
        _previous.Dispose();
        _previous = _guess.alias().DetachFromDisposeScope();
        return x0;
    }

    public void Dispose()
    {
        _previous.Dispose();
        _guess.Dispose();
    }
}
