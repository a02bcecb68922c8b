using static TorchSharp.torch;

namespace Playground.Core.Models;

internal static class Normalization
{
    public static Tensor Float32(Tensor x) => x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);

    /// <summary>The groups that blocks take which ignore <c>norm_num_groups</c>, and every block where it is null.</summary>
    public static int DefaultGroups(int channels) => Math.Min(channels / 4, 32);
}
