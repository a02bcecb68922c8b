using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// An operator of our own in the autograd graph, as <c>torch.autograd.Function</c>: its result comes from a kernel, and so do its
/// gradients.
/// Unlike TorchSharp's class it keeps no second tensor of the result's size and gives back at once what it returned. On the CPU the graph
/// runs backward on the thread that asks for it, and the callbacks rely on that.
/// </summary>
internal sealed unsafe partial class CustomGradient
{
    private static readonly ConcurrentDictionary<CustomGradient, bool> s_alive = [];
    [ThreadStatic] private static Scratch? t_scratch;

    private readonly Func<Tensor, Tensor?[]> _backward;
    private readonly Action _release;
    private readonly int _inputs;

    // Called by libtorch as long as the node lives.
    private readonly ApplyCallback _apply;
    private readonly DeleteCallback _delete;
    private Node _node;

    private CustomGradient(int inputs, Func<Tensor, Tensor?[]> backward, Action release)
    {
        (_inputs, _backward, _release) = (inputs, backward, release);
        (_apply, _delete) = (Apply, Delete);
    }

    private static Scratch Mine => t_scratch ??= new();

    /// <summary>Puts a result into the graph.</summary>
    /// <param name="result">Computed without gradients; taken over.</param>
    /// <param name="inputs">What it was computed from.</param>
    /// <param name="backward">The result's gradient → a gradient for each input, null for none. Called once at most.</param>
    /// <param name="release">Lets go of what <paramref name="backward"/> needs. Called once.</param>
    /// <returns>The result as part of the graph.</returns>
    public static Tensor Attach(Tensor result, ReadOnlySpan<Tensor> inputs, Func<Tensor, Tensor?[]> backward, Action release)
    {
        // Where the graph was run backward by other means than below.
        Mine.ThrowFailure();
        var custom = new CustomGradient(inputs.Length, backward, release);
        s_alive[custom] = true;
        custom._node = Create(custom._apply, custom._delete);
        var handles = stackalloc nint[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) handles[i] = inputs[i].Handle;
        var (made, all) = (result.Handle, new Handles(handles, inputs.Length));
        SetEdges(custom._node, all, 1);
        Wrap(all, default, default, new Handles(&made, 1), custom._node, &Slot);
        DropShared(custom._node);
        CheckForErrors();
        result.Dispose();
        return Tensor.UnsafeCreateTensor(*Mine.Slot);
    }

    /// <summary>Runs the graph backward from a loss, and passes on what failed in an operator of our own.</summary>
    public static void Backward(Tensor loss)
    {
        Mine.ThrowFailure();
        loss.backward();
        Mine.Return(null);
        Mine.ThrowFailure();
    }

    private Handles Apply(nint* gradients, int count)
    {
        var results = new Tensor?[_inputs];
        try
        {
            using var gradient = count > 0 && gradients[0] != 0 ? Tensor.UnsafeCreateTensor(gradients[0]) : null;
            using var guard = no_grad();
            if (gradient is not null) results = _backward(gradient);
        }
        catch (Exception e)
        {
            // It must not reach libtorch's frames.
            Mine.Failure = e;
        }
        return Mine.Return(results);
    }

    private void Delete()
    {
        s_alive.TryRemove(this, out _);
        DropWeak(_node);
        _release();
    }

    // Where libtorch writes the one handle that it returns.
    [UnmanagedCallersOnly]
    private static nint* Slot(nuint count) => Mine.Slot;

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_ctor")]
    private static partial Node Create(ApplyCallback apply, DeleteCallback delete);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_setNextEdges")]
    private static partial void SetEdges(Node node, Handles inputs, byte isExecutable);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_disposeSharedPtr")]
    private static partial void DropShared(Node node);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_disposeWeakPtr")]
    private static partial void DropWeak(Node node);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_Function_wrapOutputs")]
    private static partial void Wrap(Handles inputs, Handles notDifferentiable, Handles changed, Handles outputs, Node node,
    delegate* unmanaged<nuint, nint*> slot);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate Handles ApplyCallback(nint* gradients, int count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DeleteCallback();

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Handles(nint* first, long count)
    {
        public readonly nint* First = first;
        public readonly long Count = count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Node
    {
        private readonly nint _shared, _weak;
    }

    /// <summary>What one thread's callbacks hand over to libtorch.</summary>
    private sealed class Scratch
    {
        private const int MostInputs = 8;
        private readonly nint* _handles = (nint*)NativeMemory.AllocZeroed(MostInputs + 1, (nuint)sizeof(nint));
        private Tensor?[] _returned = [];

        ~Scratch() => NativeMemory.Free(_handles);

        public nint* Slot => _handles + MostInputs;

        /// <summary>What a callback failed with, until it has been thrown.</summary>
        public Exception? Failure { get; set; }

        public void ThrowFailure()
        {
            if (Failure is not { } failure) return;
            Failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }

        // What was returned last has been taken over by now; what is returned now stays until the next time.
        public Handles Return(Tensor?[]? results)
        {
            foreach (var tensor in _returned) tensor?.Dispose();
            _returned = results ?? [];
            for (var i = 0; i < _returned.Length; i++) _handles[i] = _returned[i]?.Handle ?? 0;
            return new Handles(_handles, _returned.Length);
        }
    }
}
