using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// AdamW (Loshchilov &amp; Hutter 2017) whose whole state is in the open, so that a checkpoint holds all of it.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Eps = 1e-8;
    private readonly (string Name, Parameter Weight, Tensor M, Tensor V)[] _slots;

    public AdamW(IEnumerable<(string name, Parameter parameter)> parameters)
        => _slots = [.. parameters.Select(p => (p.name, p.parameter, Zeros(p.parameter), Zeros(p.parameter)))];

    /// <summary>Updates done.</summary>
    public long Count { get; set; }

    /// <summary>First and second moments, as <c>m.NAME</c> and <c>v.NAME</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _slots.SelectMany(s => new[] { ($"m.{s.Name}", s.M), ($"v.{s.Name}", s.V) });

    /// <summary>One update from the gradients times <paramref name="gradientScale"/>.</summary>
    public void Step(double learningRate, double gradientScale)
    {
        using var guard = no_grad();
        Count++;
        var correction1 = 1 - Math.Pow(Beta1, Count);
        var step = new AdamWStep(learningRate / correction1, Beta1, Beta2, 1 - Math.Pow(Beta2, Count), Eps, Decay: 0, gradientScale);
        foreach (var (_, weight, m, v) in _slots)
        {
            if (weight.grad is { } gradient) OptimizerKernels.AdamW(weight, gradient, m, v, step);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, m, v) in _slots)
        {
            m.Dispose();
            v.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like) => zeros_like(like).DetachFromDisposeScope();
}
