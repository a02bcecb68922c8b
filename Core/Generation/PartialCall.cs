using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>A model call of more rows than one pass takes, between its passes.</summary>
internal sealed class PartialCall : IDisposable
{
    private readonly Tensor _input, _timesteps;
    private readonly Tensor? _condition;
    private readonly List<Tensor> _outputs = [];

    /// <param name="input">[N, C, H, W].</param>
    /// <param name="timesteps">[N].</param>
    /// <param name="condition">[N, …]; null for none.</param>
    public PartialCall(Tensor input, Tensor timesteps, Tensor? condition)
    {
        // Handles of its own: what it is given may go, or may serve others.
        (_input, _timesteps, _condition) = (Own(input), Own(timesteps), condition is null ? null : Own(condition));
        Rows = (int)input.shape[0];
    }

    public int Rows { get; }

    /// <summary>Rows whose output is there.</summary>
    public int Done { get; private set; }

    public bool IsWhole => Done == Rows;

    /// <summary>The next of as few passes as can be, of as even a size as can be.</summary>
    /// <param name="most">The most rows of it.</param>
    /// <param name="pass">Gives the output for rows of input, timesteps and condition.</param>
    public void Continue(int most, Func<Tensor, Tensor, Tensor?, Tensor> pass)
    {
        var left = Rows - Done;
        var n = left / ((left + most - 1) / most);
        var output = pass(_input.narrow(0, Done, n), _timesteps.narrow(0, Done, n), _condition?.narrow(0, Done, n));
        _outputs.Add(output.DetachFromDisposeScope());
        Done += n;
    }

    /// <summary>The output for all rows, once it is whole.</summary>
    public Tensor Output() => _outputs.Count == 1 ? _outputs[0].narrow(0, 0, Rows) : cat(_outputs, 0);

    public void Dispose()
    {
        foreach (var output in _outputs) output.Dispose();
        _input.Dispose();
        _timesteps.Dispose();
        _condition?.Dispose();
    }

    private static Tensor Own(Tensor tensor) => tensor.narrow(0, 0, tensor.shape[0]).DetachFromDisposeScope();
}
