namespace TorchSharp;

/// <summary>Owns every tensor made on its thread while it is the innermost scope, and frees them together.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? s_current;

    private readonly DisposeScope? _outer;
    private List<torch.Tensor?> _owned = new(64);

    internal DisposeScope()
    {
        _outer = s_current;
        s_current = this;
    }

    internal static DisposeScope? Current => s_current;

    /// <summary>How many tensors the scope owns now.</summary>
    public int DisposablesCount => _owned.Count(t => t is not null);

    internal void Include(torch.Tensor tensor)
    {
        tensor.Scope = this;
        tensor.Slot = _owned.Count;
        _owned.Add(tensor);
    }

    internal void Forget(torch.Tensor tensor)
    {
        if (tensor.Scope != this) return;
        if (tensor.Slot == _owned.Count - 1) _owned.RemoveAt(tensor.Slot);
        else _owned[tensor.Slot] = null;
        tensor.Scope = null;
    }

    /// <summary>Hands a tensor to the next outer scope; with none, the tensor lives on its own.</summary>
    public torch.Tensor MoveToOuter(torch.Tensor tensor)
    {
        Forget(tensor);
        _outer?.Include(tensor);
        return tensor;
    }

    /// <summary>Takes a tensor out of the scope: its holder disposes it.</summary>
    public torch.Tensor Detach(torch.Tensor tensor)
    {
        Forget(tensor);
        return tensor;
    }

    public void Dispose()
    {
        if (s_current != this)
            throw new InvalidOperationException("A dispose scope was disposed on another thread, or before a scope that was opened inside it.");
        s_current = _outer;
        var owned = _owned;
        _owned = [];
        foreach (var tensor in owned)
        {
            if (tensor is null) continue;
            tensor.Scope = null;
            tensor.Dispose();
        }
    }
}
