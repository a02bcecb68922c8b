using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// Halves or doubles height and width behind the binomial filter [1, 3, 3, 1] ⊗ [1, 3, 3, 1] / 64 (Zhang 2019; Song et al. 2021,
/// appendix H). Each channel is filtered by itself: [N, C, H, W] → [N, C, H/2, W/2] or [N, C, 2H, 2W].
/// </summary>
internal static class FirFilter
{
    private static readonly float[] s_taps = [1, 3, 3, 1];

    /// <summary>Half the size; outside the picture lies zero.</summary>
    public static Tensor Down(Tensor x) => Convolve(x, padding: 1);

    /// <summary>Twice the size; outside the picture lies zero.</summary>
    public static Tensor Up(Tensor x) => Spread(x, padding: 1);

    /// <summary>Half the size; outside the picture lies its mirror image.</summary>
    public static Tensor DownReflected(Tensor x) => Convolve(Mirrored(x), padding: 0);

    /// <summary>Twice the size; outside the picture lies its mirror image.</summary>
    public static Tensor UpReflected(Tensor x) => Spread(Mirrored(x), padding: 3);

    private static Tensor Mirrored(Tensor x) => nn.functional.pad(x, [1, 1, 1, 1], PaddingModes.Reflect);

    private static Tensor Convolve(Tensor x, long padding)
        => nn.functional.conv2d(x, Kernel(x, 1), null, [2, 2], [padding, padding], [1, 1], x.shape[1]);

    // Three of four taps' products fall on inserted zeros, so the gain is 4.
    private static Tensor Spread(Tensor x, long padding)
        => nn.functional.conv_transpose2d(x, Kernel(x, 4), null, [2, 2], [padding, padding], [0, 0], [1, 1], x.shape[1]);

    private static Tensor Kernel(Tensor x, float gain)
    {
        float[] kernel = [.. s_taps.SelectMany(a => s_taps.Select(b => a * b * gain / 64))];
        return tensor(kernel, [1, 1, 4, 4], dtype: x.dtype, device: x.device).expand(x.shape[1], 1, 4, 4).contiguous();
    }
}
