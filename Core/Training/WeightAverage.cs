using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// The exponential moving average of the weights: w̄ ← d·w̄ + (1−d)·w, with d by <see cref="TrainingFormulas"/>.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    public const string Ramp = "ramp";
    public const string Power = "power";

    private readonly (string Name, Parameter Weight, Tensor Average)[] _slots;
    private readonly TrainingOptions _options;

    public WeightAverage(IEnumerable<(string name, Parameter parameter)> parameters, TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        _options = options;
        _slots = [.. parameters.Select(p => (p.name, p.parameter, p.parameter.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>n, the updates done.</summary>
    public long Count { get; set; }

    public IEnumerable<(string Name, Tensor Value)> State => _slots.Select(s => (s.Name, s.Average));

    public void Update()
    {
        using var guard = no_grad();
        var decay = _options.EmaDecayAt(Count);
        Count++;
        foreach (var (_, weight, average) in _slots) OptimizerKernels.Move(average, weight, 1 - decay);
    }

    /// <summary>Begins anew from the weights as they are.</summary>
    public void Restart()
    {
        using var guard = no_grad();
        Count = 0;
        foreach (var (_, weight, average) in _slots) average.copy_(weight);
    }

    /// <summary>Puts the averages into the network until disposed; then its own weights are back, to the bit.</summary>
    public IDisposable Lend() => new Loan(_slots);

    public void Dispose()
    {
        foreach (var (_, _, average) in _slots) average.Dispose();
    }

    private sealed class Loan : IDisposable
    {
        private readonly (Parameter Weight, Tensor Own)[] _own;

        public Loan((string Name, Parameter Weight, Tensor Average)[] slots)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            _own = [.. slots.Select(s => (s.Weight, s.Weight.detach().clone().DetachFromDisposeScope()))];
            foreach (var (_, weight, average) in slots) weight.copy_(average);
        }

        public void Dispose()
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            foreach (var (weight, own) in _own)
            {
                weight.copy_(own);
                own.Dispose();
            }
        }
    }
}
