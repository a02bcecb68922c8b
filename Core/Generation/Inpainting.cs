using Playground.Core.Samplers;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// Keeps what the mask leaves black: after every step it is replaced by the source, as noisy as x is there (Lugmayr et al. 2022,
/// algorithm 1, lines 4 to 8), and by the source itself in the end.
/// </summary>
internal sealed class Inpainting : IDisposable
{
    private readonly Tensor _source, _redrawn, _noise;

    /// <param name="source">Clean, [N, C, H, W]; not kept.</param>
    /// <param name="mask">[1, 1, H, W] in [−1, 1], above 0 where it is to be redrawn; not kept.</param>
    /// <param name="noise">What the run began with; not kept.</param>
    public Inpainting(Tensor source, Tensor mask, Tensor noise)
    {
        using var scope = NewDisposeScope();
        _source = source.clone().DetachFromDisposeScope();
        _redrawn = mask.gt(0).DetachFromDisposeScope();
        _noise = noise.clone().DetachFromDisposeScope();
    }

    /// <param name="x">After a step, [N, C, H, W].</param>
    /// <param name="at">How noisy it is there.</param>
    /// <param name="fresh">
    /// Noise of its own, for steps that draw some; null for those that draw none, where the noise of the beginning serves again, so
    /// that what is kept moves as smoothly as what is drawn.
    /// </param>
    public Tensor Merge(Tensor x, Marginal at, Tensor? fresh) => where(_redrawn, x, at.AddNoise(_source, fresh ?? _noise));

    /// <summary>The finished or predicted pictures, with the source where it is kept.</summary>
    public Tensor Merge(Tensor x0) => where(_redrawn, x0, _source);

    public void Dispose()
    {
        _source.Dispose();
        _redrawn.Dispose();
        _noise.Dispose();
    }
}
