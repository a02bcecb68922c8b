using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>The memory layout that convolutions prefer: [N, C, H, W] whose values lie as [N, H, W, C].</summary>
internal static class ChannelsLast
{
    /// <summary>The same values in that layout; the tensor itself where it has it.</summary>
    public static Tensor Of(Tensor x) => Is(x) ? x : x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>An unfilled tensor of shape [N, C, H, W] in that layout.</summary>
    public static Tensor Empty(long n, long c, long h, long w, ScalarType type, Device device)
        // No view of another tensor, which would keep its memory whatever became of this one's.
        => empty_strided([n, c, h, w], [h * w * c, 1, w * c, c], type, device);

    /// <summary>Whether all of a tensor's values lie so.</summary>
    public static bool Is(Tensor x)
    {
        if (x.Dimensions != 4) return false;
        var (s, n) = (x.stride(), x.shape);
        return s[1] == 1 && s[3] == n[1] && s[2] == n[3] * n[1] && s[0] == n[2] * n[3] * n[1];
    }
}
