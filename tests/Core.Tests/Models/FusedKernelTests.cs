using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

public sealed class FusedKernelTests
{
    [Theory]
    [InlineData(1, 8, 4, 1, 1)]
    [InlineData(3, 32, 8, 28, 28)]
    [InlineData(2, 96, 32, 7, 5)]
    [InlineData(1, 640, 32, 32, 32)]
    public void Group_norm_and_SiLU_in_one_pass_are_what_they_are_in_two(int n, int channels, int groups, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var generator = new Generator(4);
        var norm = nn.GroupNorm(groups, channels, 1e-5);
        norm.weight!.copy_(randn([channels], generator: generator));
        norm.bias!.copy_(randn([channels], generator: generator));
        // Off the origin, so that a variance from sums that cancel would show.
        var x = randn([n, channels, height, width], generator: generator) * 3 + 20;

        var plain = norm.call(x).silu();
        var fused = FusedKernels.GroupNormSilu(norm, x)!;
        Assert.Equal(plain.shape, fused.shape);
        Assert.InRange((plain - fused).abs().max().item<float>(), 0, 2e-4f);

        var fromHalf = FusedKernels.GroupNormSilu(norm, x.to(ScalarType.BFloat16))!;
        Assert.InRange((norm.call(x.to(ScalarType.BFloat16).to(ScalarType.Float32)).silu() - fromHalf).abs().max().item<float>(), 0, 2e-4f);

        using var precision = Precision.Enter(Precision.Bfloat16, CPU);
        var half = FusedKernels.GroupNormSilu(norm, x)!;
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        Assert.InRange(((plain - half.to(ScalarType.Float32)).abs() / (plain.abs() + 1)).max().item<float>(), 0, 1f / 128);
    }
}
