using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// The pages of a mapped file that a process has touched count as its memory until it lets go of them; the system still has them in its
/// cache of files. Linux only; elsewhere nothing happens.
/// </summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Lets go of the whole pages between two addresses of a file that is mapped for this process alone. Who reads them again finds what
    /// the file holds: what was written to them is lost.
    /// </summary>
    public static void Release(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        var page = Environment.SystemPageSize;
        var (from, to) = (((nint)start + page - 1) / page * page, ((nint)start + (nint)bytes) / page * page);
        if (to > from) _ = Advise(from, (nuint)(to - from), DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
