using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>The exponential moving average of the weights: w̄ ← d·w̄ + (1−d)·w with d = min(decay, (1+n)/(10+n)).</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Parameter Weight, Tensor Average)[] _slots;
    private readonly double _decay;

    public WeightAverage(IEnumerable<(string name, Parameter parameter)> parameters, double decay)
    {
        using var guard = no_grad();
        _decay = decay;
        _slots = [.. parameters.Select(p => (p.name, p.parameter, p.parameter.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>n, the updates done.</summary>
    public long Count { get; set; }

    public IEnumerable<(string Name, Tensor Value)> State => _slots.Select(s => (s.Name, s.Average));

    public void Update()
    {
        using var guard = no_grad();
        var decay = Math.Min(_decay, (1.0 + Count) / (10 + Count));
        Count++;
        foreach (var (_, weight, average) in _slots)
        {
            using var moved = average.lerp_(weight, 1 - decay);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, average) in _slots) average.Dispose();
    }
}
