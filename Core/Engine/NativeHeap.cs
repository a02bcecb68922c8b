using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// The C library's heap, which tensors on the CPU come from. Left to itself it maps every large block anew and gives it back at once, so
/// that each operator's result is cleared page by page; here freed blocks stay for the next of their size until <see cref="Trim"/>.
/// </summary>
internal static partial class NativeHeap
{
    // Parameters of mallopt (malloc.h).
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3, ArenaMax = -8;

    // The most that glibc allows.
    private const int LargestKept = 32 << 20;

    /// <summary>Keeps freed blocks. Without effect beside glibc.</summary>
    public static void KeepFreed()
    {
        if (!OperatingSystem.IsLinux()) return;
        // One arena: the others are made of pieces of 64 MB, each given back as soon as it is empty.
        _ = MallocOption(ArenaMax, 1);
        _ = MallocOption(MmapThreshold, LargestKept);
        _ = MallocOption(TrimThreshold, int.MaxValue);
        _ = MallocOption(TopPad, 64 << 20);
    }

    /// <summary>Gives back to the system what is free.</summary>
    public static void Trim()
    {
        TensorHeap.Trim();
        if (OperatingSystem.IsLinux()) _ = MallocTrim(0);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
