using System.Globalization;
using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// The functions that a loaded library calls in others: where its dynamic linker has put their addresses (System V ABI, chapter 5;
/// x86-64 and AArch64 supplements). Linux only.
/// </summary>
internal static unsafe partial class ImportTable
{
    private const int ProgramDynamic = 2;
    private const long StringTable = 5, SymbolTable = 6, Relocations = 7, RelocationsSize = 8, JumpRelocations = 23,
        JumpRelocationsSize = 2;
    private const int ReadWrite = 3;

    /// <summary>Replaces every address of an imported function by another.</summary>
    /// <param name="library">The path of a loaded library, as <see cref="Libraries.Loaded"/> tells it.</param>
    /// <param name="function">The imported function's name.</param>
    /// <param name="target">What the library is to call instead; of the same signature.</param>
    /// <returns>How many addresses were replaced: 0 where the library does not import it.</returns>
    public static int Replace(string library, string function, nint target)
    {
        if (LoadAddress(library) is not { } start) return 0;
        var dynamic = Dynamic(start);
        if (dynamic is null) return 0;
        var replaced = 0;
        foreach (var (at, size) in new[] { (Relocations, RelocationsSize), (JumpRelocations, JumpRelocationsSize) })
        {
            if (!dynamic.TryGetValue(at, out var table) || !dynamic.TryGetValue(size, out var bytes)) continue;
            var entries = new ReadOnlySpan<Relocation>((void*)Absolute(table, start), (int)(bytes / sizeof(Relocation)));
            foreach (var entry in entries)
            {
                if (!IsAddressOfSymbol((uint)entry.Info)) continue;
                var symbol = (uint*)(Absolute(dynamic[SymbolTable], start) + (nint)(entry.Info >> 32) * SymbolSize);
                var name = Marshal.PtrToStringUTF8(Absolute(dynamic[StringTable], start) + (nint)(*symbol));
                if (name == function && Write(start + (nint)entry.Offset, target)) replaced++;
            }
        }
        return replaced;
    }

    private const int SymbolSize = 24;

    // GLOB_DAT and JUMP_SLOT of both processors.
    private static bool IsAddressOfSymbol(uint type) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => type is 6 or 7,
        Architecture.Arm64 => type is 1025 or 1026,
        _ => false,
    };

    private static bool Write(nint slot, nint target)
    {
        // The linker may have made the table read-only after it had filled it in.
        var page = slot & ~(nint)(Environment.SystemPageSize - 1);
        if (Protect(page, (nuint)Environment.SystemPageSize, ReadWrite) != 0) return false;
        Volatile.Write(ref *(nint*)slot, target);
        return true;
    }

    private static nint? LoadAddress(string library)
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            if (!line.EndsWith(library, StringComparison.Ordinal)) continue;
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts[2].All(c => c == '0'))
                return nint.Parse(parts[0].Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return null;
    }

    private static Dictionary<long, long>? Dynamic(nint start)
    {
        // ELF64's header: where the program headers are, and how many of which size.
        var (offset, size, count) = (*(long*)(start + 32), *(ushort*)(start + 54), *(ushort*)(start + 56));
        for (var i = 0; i < count; i++)
        {
            var header = start + (nint)offset + i * size;
            if (*(int*)header != ProgramDynamic) continue;
            var found = new Dictionary<long, long>();
            for (var entry = (long*)(start + *(nint*)(header + 16)); entry[0] != 0; entry += 2) found[entry[0]] = entry[1];
            return found;
        }
        return null;
    }

    // The C library's linker has added the load address to the table's own pointers, others leave them as they were.
    private static nint Absolute(long pointer, nint start) => pointer < start ? start + (nint)pointer : (nint)pointer;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Relocation
    {
        public readonly long Offset;
        public readonly long Info;
        public readonly long Addend;
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
