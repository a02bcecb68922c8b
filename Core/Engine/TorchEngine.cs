using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>What the tensor engine is and runs on.</summary>
/// <param name="Device">The device that work goes to: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="LibtorchVersion">Version of libtorch, or "" where the binding cannot tell.</param>
/// <param name="Threads">Threads that one operator may use.</param>
/// <param name="Cuda">Whether libtorch sees a CUDA device.</param>
/// <param name="Bfloat16Pays">Whether the processor or GPU multiplies bfloat16 faster than float32.</param>
/// <param name="Shim">Which binding runs: <c>system</c> or TorchSharp's package.</param>
/// <param name="ParallelInfo">libtorch's account of its threading, one item per line.</param>
public sealed record DeviceInfo(string Device, string LibtorchVersion, int Threads, bool Cuda, bool Bfloat16Pays, string Shim, string ParallelInfo);

/// <summary>Sets libtorch up once per process and describes it.</summary>
public static class TorchEngine
{
    /// <summary>CUDA where libtorch sees a GPU, otherwise the CPU.</summary>
    public static Device DefaultDevice => cuda.is_available() ? CUDA : CPU;

    /// <summary>Lets one operator use <paramref name="threads"/> threads (all processors when null): libtorch starts with one.</summary>
    public static void Initialize(int? threads = null) => set_num_threads(threads ?? Environment.ProcessorCount);

    public static DeviceInfo Describe()
    {
        var hasCuda = cuda.is_available();
        return new DeviceInfo(hasCuda ? "cuda" : "cpu", Precision.LibtorchVersion, get_num_threads(), hasCuda, hasCuda || ProcessorHasBfloat16(), Precision.Binding, Precision.ParallelInfo);
    }

    // CPUID leaf 7, sub-leaf 1: EAX bit 5 is AVX512_BF16; sub-leaf 0: EDX bit 22 is AMX_BF16.
    private static bool ProcessorHasBfloat16() =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7
        && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
}
