using System.Globalization;

namespace Playground.Core.Engine;

/// <summary>How much memory this process takes while something runs. Only one at a time in a process; Linux only.</summary>
public sealed class TensorMemory
{
    private const string Status = "/proc/self/status";
    private readonly long? _before;

    public TensorMemory()
    {
        if (!OperatingSystem.IsLinux()) return;
        Trim();
        // The peak of the resident memory is counted anew (proc(5), clear_refs).
        File.WriteAllText("/proc/self/clear_refs", "5");
        _before = Read("VmRSS:");
    }

    /// <summary>The most bytes since this was made, beyond what there was; null where nobody can tell, as on a GPU.</summary>
    public long? Peak => _before is { } before && TorchEngine.DefaultDevice.type == TorchSharp.DeviceType.CPU
        ? Math.Max(0, Read("VmHWM:") - before)
        : null;

    /// <summary>Gives back to the system what is kept of freed tensors; worth its time where a large piece of work has ended.</summary>
    public static void Trim() => NativeHeap.Trim();

    private static long Read(string key)
    {
        var line = File.ReadLines(Status).First(l => l.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) << 10;
    }
}
