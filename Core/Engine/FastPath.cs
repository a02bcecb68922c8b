using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// Whether layers may take the ways that only exist on the CPU: packed weights, without gradients, and kernels of several operators at
/// once.
/// </summary>
internal static class FastPath
{
    /// <summary>Whether this machine and libtorch have it. Tests close it to compare with the plain way.</summary>
    [ThreadStatic] internal static bool IsClosed;

    /// <summary>Whether this thread may use packed weights now.</summary>
    public static bool HasPackedWeights => !IsClosed && Operators.HasConvolutions && !is_grad_enabled();

    /// <summary>Whether kernels over channels can be run on it: [N, C, H, W], channels last, on the CPU, C a multiple of 16.</summary>
    public static bool Takes(Tensor x) => !IsClosed && x.device_type == DeviceType.CPU && x.Dimensions == 4 && x.shape[1] % Lanes.Count == 0
        && ChannelsLast.Is(x);
}
