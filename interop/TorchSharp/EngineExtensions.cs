using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What TorchSharp's API lacks and this binding offers. Only <c>Core/Engine</c> may call it.</summary>
public static class EngineExtensions
{
    private sealed class Autocast(DeviceType device) : IDisposable
    {
        public void Dispose() => Native.Check(Native.pt_autocast_end((int)device));
    }

    /// <summary>Runs convolutions and products in <paramref name="type"/> on this thread until disposed.</summary>
    public static IDisposable BeginAutocast(DeviceType device, torch.ScalarType type)
    {
        Native.Check(Native.pt_autocast_begin((int)device, (int)type));
        return new Autocast(device);
    }

    /// <summary>The same [N, C, H, W] tensor laid out channels last (a copy where it is not already).</summary>
    public static torch.Tensor ChannelsLast(torch.Tensor tensor)
    {
        var result = Native.Check(Native.pt_channels_last(tensor.Handle));
        GC.KeepAlive(tensor);
        return new torch.Tensor(result);
    }

    /// <summary>One update of AdamW in a single pass, for float32 on the CPU: <paramref name="rate"/> is the learning rate over 1 − β₁ⁿ, <paramref name="correction2"/> is 1 − β₂ⁿ.</summary>
    public static void AdamW(torch.Tensor weight, torch.Tensor grad, torch.Tensor m, torch.Tensor v, double rate, double beta1, double beta2, double correction2, double eps, double scale)
    {
        Native.Check(Native.pt_adamw_(weight.Handle, grad.Handle, m.Handle, v.Handle, rate, beta1, beta2, correction2, eps, scale));
        GC.KeepAlive(grad);
    }

    /// <summary>SiLU of the group norm of a float32 or bfloat16 [N, C, H, W] on the CPU, channels last, reckoned in float32; without gradient.</summary>
    public static torch.Tensor GroupNormSilu(torch.Tensor input, long groups, torch.Tensor weight, torch.Tensor bias, double eps, bool toBfloat16)
    {
        var result = Native.Check(Native.pt_group_norm_silu(input.Handle, groups, weight.Handle, bias.Handle, eps, toBfloat16 ? 1 : 0));
        GC.KeepAlive(input);
        return new torch.Tensor(result);
    }

    /// <summary>Bytes that tensors on the CPU take now.</summary>
    public static long MemoryUsed => Native.pt_memory_used();

    /// <summary>The most that they took since <see cref="ResetMemoryPeak"/>.</summary>
    public static long MemoryPeak => Native.pt_memory_peak();

    public static void ResetMemoryPeak() => Native.pt_memory_reset_peak();

    /// <summary>Bytes of freed tensors that are kept for the next ones of their sizes: with those in use no more than were in use at once in the last forty seconds, and a quarter of a gigabyte.</summary>
    public static long MemoryKept => Native.pt_memory_kept();

    /// <summary>Gives back to the system what is kept of freed tensors, and what the C library keeps.</summary>
    public static void TrimMemory() => Native.pt_memory_trim();

    /// <summary>Version of the libtorch that the shim was built against.</summary>
    public static string LibtorchVersion => Marshal.PtrToStringUTF8(Native.pt_version()) ?? "";

    /// <summary>ATen's own account of its threads.</summary>
    public static string ParallelInfo => Marshal.PtrToStringUTF8(Native.pt_parallel_info()) ?? "";

    /// <summary>ATen's own account of how it was built.</summary>
    public static string Configuration => Marshal.PtrToStringUTF8(Native.pt_show_config()) ?? "";
}
