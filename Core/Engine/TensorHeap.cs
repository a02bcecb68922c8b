using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// Where libtorch has its tensors on the CPU from: a <see cref="BlockPool"/> in place of the C library's heap. That one cuts large free
/// blocks up for small ones, so that a network's pass finds its memory in pieces and takes more each time: 64 images of
/// ddpm-cifar10-32's size took 2.9 GB, of which 0.35 GB were in use between the steps. libtorch has no setting for it; the two functions
/// of the C library that its allocator calls are replaced in its import table. Linux only; elsewhere nothing changes.
/// </summary>
internal static unsafe partial class TensorHeap
{
    // Smaller tensors stay with the C library, which is quick at them.
    private const nuint Least = BlockPool.Unit / 2;
    private const int OutOfMemory = 12;

    private static BlockPool? s_pool;
    private static nuint s_most;
    private static delegate* unmanaged<void**, nuint, nuint, int> s_allocate;
    private static delegate* unmanaged<nint, void> s_free;

    /// <summary>Takes over, once, after libtorch has been loaded.</summary>
    public static void Install()
    {
        if (!OperatingSystem.IsLinux() || s_pool is not null || Libraries.Loaded("libc10.so") is not { } library) return;
        var libc = NativeLibrary.Load("libc.so.6");
        s_allocate = (delegate* unmanaged<void**, nuint, nuint, int>)NativeLibrary.GetExport(libc, "posix_memalign");
        s_free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(libc, "free");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        s_most = (nuint)memory;
        try
        {
            // Sizes that are no longer asked for keep their addresses.
            s_pool = new BlockPool(4 * memory);
        }
        catch (OutOfMemoryException)
        {
            return;
        }
        // What is freed must be known before anything is taken.
        if (ImportTable.Replace(library, "free", (nint)(delegate* unmanaged<nint, void>)&Free) == 0) return;
        _ = ImportTable.Replace(library, "posix_memalign", (nint)(delegate* unmanaged<void**, nuint, nuint, int>)&Allocate);
        // Nothing managed can be called once the runtime has ended; what is freed then goes with the process.
        var nothing = NativeLibrary.GetExport(libc, "abs");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => ImportTable.Replace(library, "free", nothing);
    }

    /// <summary>Gives back to the system what waits for further tensors.</summary>
    public static void Trim() => s_pool?.Trim();

    [UnmanagedCallersOnly]
    private static int Allocate(void** block, nuint alignment, nuint bytes)
    {
        if (bytes < Least || alignment > BlockPool.Unit) return s_allocate(block, alignment, bytes);
        if (bytes > s_most) return OutOfMemory;
        var taken = s_pool!.Take((long)bytes);
        if (taken == 0) return s_allocate(block, alignment, bytes);
        *block = (void*)taken;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void Free(nint block)
    {
        if (s_pool!.Owns(block)) s_pool.Return(block);
        else s_free(block);
    }
}
