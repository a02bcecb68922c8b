using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Keeps a handle from being released, by a dispose on another thread or by the collector, for the length of a call.</summary>
internal readonly ref struct OrtHandle
{
    private readonly SafeHandle _owner;

    internal OrtHandle(SafeHandle owner)
    {
        var added = false;
        owner.DangerousAddRef(ref added);
        _owner = owner;
    }

    internal nint Pointer => _owner.DangerousGetHandle();

    public void Dispose() => _owner.DangerousRelease();
}
