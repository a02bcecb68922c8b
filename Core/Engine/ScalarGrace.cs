using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// Keeps the memory of a freed scalar for a while. TorchSharp hands a number to libtorch as an object with a finalizer that frees it, and
/// nothing holds that object once its address has been read: where the runtime cleans up at that moment, libtorch reads what has been
/// freed, and fails ("Expected false to be true") or computes with another number: once in some hundred thousand calls while garbage is
/// collected all the time. What TorchSharp's library frees of a scalar's size is handed back only after very many others, long after the
/// call has ended. Linux only; elsewhere nothing changes.
/// </summary>
internal static unsafe class ScalarGrace
{
    // Of c10::Scalar.
    private const nuint Size = 32;

    // Of 48 bytes each, with the heap's own.
    private const int Kept = 1 << 17;

    private static readonly nint[] s_kept = new nint[Kept];
    private static int s_next;
    private static delegate* unmanaged<nint, nuint, void> s_delete;

    /// <summary>Takes over, once, after TorchSharp's library has been loaded.</summary>
    public static void Install()
    {
        if (!OperatingSystem.IsLinux() || s_delete is not null || Libraries.Loaded("libLibTorchSharp.so") is not { } library
            || Libraries.Loaded("libstdc++.so") is not { } runtime) return;
        // operator delete(void*, size_t)
        const string Delete = "_ZdlPvm";
        s_delete = (delegate* unmanaged<nint, nuint, void>)NativeLibrary.GetExport(NativeLibrary.Load(runtime), Delete);
        if (ImportTable.Replace(library, Delete, (nint)(delegate* unmanaged<nint, nuint, void>)&Free) == 0) return;
        // Nothing managed can be called once the runtime has ended; what is freed then goes with the process.
        var nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "abs");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => ImportTable.Replace(library, Delete, nothing);
    }

    [UnmanagedCallersOnly]
    private static void Free(nint block, nuint size)
    {
        if (size == Size) block = Interlocked.Exchange(ref s_kept[(uint)Interlocked.Increment(ref s_next) % Kept], block);
        if (block != 0) s_delete(block, size);
    }
}
