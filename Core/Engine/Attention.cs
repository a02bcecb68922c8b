using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017, eq. 1) by whichever of libtorch's ways is the fastest.</summary>
internal static class Attention
{
    private const long FewestScores = 1 << 12, MostScores = 1 << 18;

    /// <param name="query">[N, heads, tokens, width].</param>
    /// <param name="key">[N, heads, tokens′, width].</param>
    /// <param name="value">[N, heads, tokens′, width].</param>
    /// <returns>[N, heads, tokens, width].</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value)
    {
        // The tiled kernel for the CPU multiplies bfloat16 by way of float32; the product of matrices has instructions for it.
        var scores = query.shape[2] * key.shape[2];
        if (query.device_type != DeviceType.CPU || query.dtype != ScalarType.BFloat16 || scores is < FewestScores or > MostScores)
            return nn.functional.scaled_dot_product_attention(query, key, value);
        var weights = (query * (1 / Math.Sqrt(query.shape[3]))).matmul(key.transpose(2, 3)).softmax(-1);
        return weights.matmul(value);
    }
}
