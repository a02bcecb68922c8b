using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>Where a tensor's values lie. The caller keeps the tensor alive while it uses the address.</summary>
internal static partial class TensorData
{
    /// <summary>The address of the first value of a tensor on the CPU.</summary>
    public static unsafe T* Of<T>(Tensor tensor) where T : unmanaged => (T*)Address(tensor.Handle);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Address(nint tensor);
}
