using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>What the tensor engine is and runs on.</summary>
/// <param name="Device">The device that work goes to: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="LibtorchVersion">Version of libtorch as TorchSharp's package names it.</param>
/// <param name="Library">The path of the libtorch that was loaded; "" where the system does not tell.</param>
/// <param name="Threads">Threads that one operator may use.</param>
/// <param name="Cuda">Whether libtorch sees a CUDA device.</param>
/// <param name="Bfloat16Pays">Whether the processor or GPU multiplies bfloat16 faster than float32.</param>
public sealed record DeviceInfo(string Device, string LibtorchVersion, string Library, int Threads, bool Cuda, bool Bfloat16Pays);

/// <summary>Sets libtorch up once per process and describes it.</summary>
public static class TorchEngine
{
    /// <summary>CUDA where libtorch sees a GPU, otherwise the CPU.</summary>
    public static Device DefaultDevice => cuda.is_available() ? CUDA : CPU;

    /// <summary>
    /// Loads libtorch and lets one operator use <paramref name="threads"/> threads (all processors when null): libtorch starts with one.
    /// Call it before any other use of this library.
    /// </summary>
    /// <param name="threads">At least 1.</param>
    /// <param name="libtorch">A folder to load libtorch from; null: the one that the environment names, else the build's own.</param>
    /// <exception cref="PlaygroundException">libtorch is missing, of another version or for another processor.</exception>
    public static void Initialize(int? threads = null, string? libtorch = null)
    {
        NativeHeap.KeepFreed();
        Libtorch.Load(libtorch ?? Libtorch.ConfiguredFolder);
        TensorHeap.Install();
        set_num_threads(threads ?? Environment.ProcessorCount);
        ScalarGrace.Install();
        ThreadTeam.Size = get_num_threads();
    }

    public static DeviceInfo Describe()
    {
        var hasCuda = cuda.is_available();
        return new DeviceInfo(hasCuda ? "cuda" : "cpu", __version__, Libraries.Loaded("libtorch_cpu") ?? "", get_num_threads(), hasCuda,
            hasCuda || ProcessorHasBfloat16());
    }

    // CPUID leaf 7, sub-leaf 1: EAX bit 5 is AVX512_BF16; sub-leaf 0: EDX bit 22 is AMX_BF16.
    private static bool ProcessorHasBfloat16() =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7
        && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
}
