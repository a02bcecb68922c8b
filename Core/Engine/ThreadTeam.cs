using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// Runs loops on the very threads that libtorch computes with: those of its OpenMP library. Threads of our own would be kept waiting,
/// since OpenMP's spin for a while after each operator. Where there is no such library the loop runs on the calling thread.
/// </summary>
internal static unsafe partial class ThreadTeam
{
    private const int MaxPartsPerThread = 4;
    private static readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void> s_parallel =
        Find();

    /// <summary>Whether loops run on more than one thread.</summary>
    public static bool IsAvailable => s_parallel != null;

    /// <summary>Threads of the team, at least 1.</summary>
    public static int Size { get; set; } = 1;

    /// <summary>
    /// Calls <see cref="IRange.Run"/> on ranges that cover 0 to <paramref name="count"/>, several at once where the work is worth it.
    /// </summary>
    /// <param name="work">What to do; a struct, so that it lies on the stack and the call is direct.</param>
    /// <param name="count">Indices in all.</param>
    /// <param name="grain">The fewest indices that are worth a thread of their own, at least 1.</param>
    public static void For<T>(ref T work, int count, int grain) where T : unmanaged, IRange
    {
        var parts = Math.Min((count + grain - 1) / grain, Size * MaxPartsPerThread);
        if (parts <= 1 || Size == 1 || s_parallel == null)
        {
            work.Run(0, count);
            return;
        }
        fixed (T* pinned = &work)
        {
            var shared = new Shared { Work = pinned, Run = &RunRange<T>, Count = count, Parts = parts };
            s_parallel(&Enter, &shared, (uint)Math.Min(Size, parts), 0);
            if (shared.Failed != 0) throw new InvalidOperationException("A loop over a tensor's values failed on a thread of its own.");
        }
    }

    // Threads take part after part, so that one that was kept from its core holds up only what it has begun.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(void* data)
    {
        var shared = (Shared*)data;
        try
        {
            for (int part; (part = Interlocked.Increment(ref shared->Taken) - 1) < shared->Parts;)
            {
                var from = (int)((long)shared->Count * part / shared->Parts);
                var to = (int)((long)shared->Count * (part + 1) / shared->Parts);
                shared->Run(shared->Work, from, to);
            }
        }
        catch (Exception)
        {
            // An exception must not reach OpenMP's frames.
            Volatile.Write(ref shared->Failed, 1);
        }
    }

    private static void RunRange<T>(void* work, int from, int to) where T : unmanaged, IRange => Unsafe.AsRef<T>(work).Run(from, to);

    // GCC's entry to a parallel region: GOMP_parallel(body, data, threads, flags).
    private static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void> Find()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var library = Libraries.Loaded("libgomp") is { } path && NativeLibrary.TryLoad(path, out var gomp) ? gomp : 0;
        return library != 0 && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var entry)
            ? (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void>)entry : null;
    }

    /// <summary>A loop's body.</summary>
    internal interface IRange
    {
        /// <summary>Does the indices <paramref name="from"/> to <paramref name="to"/> − 1.</summary>
        void Run(int from, int to);
    }

    private struct Shared
    {
        public void* Work;
        public delegate*<void*, int, int, void> Run;
        public int Count, Parts, Taken, Failed;
    }
}
