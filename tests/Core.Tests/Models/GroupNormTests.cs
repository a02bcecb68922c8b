using Playground.Core.Engine;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

public sealed class GroupNormTests : IDisposable
{
    private readonly IDisposable _guard = no_grad(), _scope = NewDisposeScope();
    private readonly Generator _random = new(4);

    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 1, 16, 0, 4, 1, 1 }, { 3, 32, 0, 8, 28, 28 }, { 2, 96, 0, 32, 7, 5 }, { 1, 640, 0, 32, 32, 32 }, { 2, 48, 16, 4, 9, 3 }, { 5, 256,
            128, 32, 8, 8 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void One_pass_over_two_pieces_is_what_the_operators_are_one_by_one(int n, int channels, int more, int groups, int height,
    int width)
    {
        var norm = Norm(channels + more, groups);
        // Off the origin, so that a variance from sums that cancel would show.
        var x = Image(n, channels, height, width) * 3 + 20;
        var second = more == 0 ? null : Image(n, more, height, width) - 7;
        var added = randn([n, channels + more], generator: _random);
        var joined = second is null ? x : cat([x, second], 1);
        foreach (var silu in new[] { true, false })
        {
            var plain = norm.call(joined + added.unsqueeze(-1).unsqueeze(-1));
            if (silu) plain = plain.silu();
            Assert.InRange(Distance(plain, norm.Fused(x, second, added, silu)), 0, 2e-4);
        }
    }

    [Fact]
    public void In_bfloat16_nothing_but_the_values_is_rounded()
    {
        var norm = Norm(96, 32);
        var x = Image(2, 96, 7, 5) * 3 + 20;
        var half = x.to(ScalarType.BFloat16);
        Assert.InRange(Distance(norm.call(half.to(ScalarType.Float32)).silu(), norm.Fused(half, null, null, silu: true)), 0, 2e-4);

        using var precision = Precision.Enter(Precision.Bfloat16);
        var (fine, rounded) = (norm.call(x).silu(), norm.Fused(x, null, null, silu: true));
        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        Assert.InRange(((fine - rounded.to(ScalarType.Float32)).abs() / (fine.abs() + 1)).max().item<float>(), 0, 1f / 128);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Its_gradients_are_those_of_the_operators_one_by_one(int n, int channels, int more, int groups, int height, int width)
    {
        using var guard = enable_grad();
        foreach (var silu in new[] { true, false })
        {
            var norm = Norm(channels + more, groups);
            var x = (Image(n, channels, height, width) * 3 + 20).detach().requires_grad_();
            var second = more == 0 ? null : (Image(n, more, height, width) - 7).detach().requires_grad_();
            var added = randn([n, channels + more], generator: _random).requires_grad_();
            var direction = Image(n, channels + more, height, width);
            Tensor[] inputs = [.. new[] { x, second, added, norm.Weight, norm.Bias }.OfType<Tensor>()];

            var plain = norm.call((second is null ? x : cat([x, second], 1)) + added.unsqueeze(-1).unsqueeze(-1));
            if (silu) plain = plain.silu();
            (plain * direction).sum().backward();
            var expected = inputs.Select(t => t.grad!.clone()).ToList();
            foreach (var input in inputs) input.grad = null!;
            CustomGradient.Backward((norm.Fused(x, second, added, silu) * direction).sum());
            foreach (var (input, wanted) in inputs.Zip(
                expected)) Assert.InRange(Distance(input.grad!, wanted) / (wanted.abs().max().item<float>() + 1e-3), 0, 2e-4);
        }
    }

    [Fact]
    public void Backward_leaves_no_tensor_behind()
    {
        using var guard = enable_grad();
        var norm = Norm(32, 8);
        var x = Image(2, 32, 4, 4).detach().requires_grad_();
        Once();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++) Once();
        Assert.Equal(before, Tensor.TotalCount);

        void Once()
        {
            using var scope = NewDisposeScope();
            CustomGradient.Backward(norm.Fused(norm.Fused(x, null, null, silu: true), null, null, silu: false).square().sum());
            x.grad = null!;
            norm.Weight.grad = null!;
            norm.Bias.grad = null!;
        }
    }

    private GroupNorm Norm(int channels, int groups)
    {
        var norm = new GroupNorm(groups, channels, 1e-5);
        using var guard = no_grad();
        norm.Weight.copy_(randn([channels], generator: _random));
        norm.Bias.copy_(randn([channels], generator: _random));
        return norm;
    }

    private Tensor Image(int n, int channels, int height, int width)
        => ChannelsLast.Of(randn([n, channels, height, width], generator: _random));

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<float>();

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
        _guard.Dispose();
    }
}
