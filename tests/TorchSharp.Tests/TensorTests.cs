using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchSharpTests;

public sealed class TensorTests
{
    [Fact]
    public void A_seeded_generator_draws_the_stream_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var values = randn([3], generator: generator).data<float>().ToArray();
        Assert.Equal([1.5410f, -0.2934f, -2.1788f], values.Select(v => MathF.Round(v, 4)));
    }

    [Fact]
    public void A_generators_saved_state_continues_its_stream()
    {
        using var scope = NewDisposeScope();
        using var first = new Generator(7);
        _ = randn([5], generator: first);
        var state = first.get_state();
        using var second = new Generator(0);
        second.set_state(state);
        Assert.Equal(randn([9], generator: first).data<float>().ToArray(), randn([9], generator: second).data<float>().ToArray());
    }

    [Fact]
    public void A_native_failure_carries_libtorchs_message()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => zeros(2, 3).matmul(zeros(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Symmetric_matrices_are_taken_apart_as_by_LAPACK()
    {
        using var scope = NewDisposeScope();
        var a = tensor([2d, 1, 1, 2], [2, 2]);
        var (values, vectors) = linalg.eigh(a, 'L');
        var rebuilt = (vectors * values).matmul(vectors.transpose(0, 1)).contiguous();
        Assert.Equal([1d, 3], linalg.eigvalsh(a).data<double>().ToArray().Select(v => Math.Round(v, 12)));
        Assert.Equal([2d, 1, 1, 2], rebuilt.data<double>().ToArray().Select(v => Math.Round(v, 12)));
        Assert.Equal([3d, 1], linalg.svdvals(a).data<double>().ToArray().Select(v => Math.Round(v, 12)));
        Assert.Equal(Math.Sqrt(2), linalg.cholesky(a)[0][0].ToDouble(), 12);
        Assert.Contains("positive-definite", Assert.Throws<ExternalException>(() => linalg.cholesky(tensor([1d, 2, 2, 1], [2, 2]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_follow_the_chain_rule()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f, 3f], requires_grad: true);
        (x * x * 2).sum().backward();
        Assert.Equal([4f, 8f, 12f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_scope_frees_what_was_made_in_it_and_spares_what_was_moved_out()
    {
        using var outer = NewDisposeScope();
        Tensor kept, freed;
        using (NewDisposeScope())
        {
            freed = zeros(4);
            kept = (freed + 1).MoveToOuterDisposeScope();
        }
        Assert.True(freed.IsInvalid);
        Assert.Equal([1f, 1f, 1f, 1f], kept.data<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => freed.sum());
    }

    [Fact]
    public void In_place_operators_change_their_tensor_and_return_a_second_handle()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        x.add_(2).Dispose();
        Assert.False(x.IsInvalid);
        Assert.Equal([3f, 3f], x.data<float>().ToArray());
    }

    [Fact]
    public void Scalars_on_the_left_keep_their_side()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f, 4f]);
        Assert.Equal([1f, 0f, -2f], (2 - x).data<float>().ToArray());
        Assert.Equal([8f, 4f, 2f], (8.0 / x).data<float>().ToArray());
    }

    [Fact]
    public void Reading_values_as_another_type_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => zeros(2).data<double>());
        Assert.Throws<InvalidOperationException>(() => zeros(2, 3).transpose(0, 1).data<float>());
    }

    [Fact]
    public void A_gradient_guard_must_be_disposed_on_its_own_thread()
    {
        using var guard = no_grad();
        Exception? seen = null;
        var other = new Thread(() => seen = Record.Exception(guard.Dispose));
        other.Start();
        other.Join();
        Assert.IsType<InvalidOperationException>(seen);
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused()
        => Assert.Contains("takes 4", Assert.Throws<ArgumentException>(() => tensor([1f, 2f, 3f], [2, 2])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_transposed_convolution_spreads_each_value_over_its_kernel()
    {
        using var scope = NewDisposeScope();
        var y = nn.functional.conv_transpose2d(tensor([2f, 3f], [1, 1, 1, 2]), tensor([1f, 10f], [1, 1, 1, 2]), null, [1, 2], [0, 0], [0, 1], [1, 1]);
        Assert.Equal([2f, 20f, 3f, 30f, 0f], y.data<float>().ToArray());
    }

    [Fact]
    public void Reflection_mirrors_without_repeating_the_edge()
    {
        using var scope = NewDisposeScope();
        var y = nn.functional.pad(tensor([1f, 2f, 3f, 4f, 5f, 6f], [1, 1, 2, 3]), [1, 2, 0, 1], PaddingModes.Reflect);
        Assert.Equal([2f, 1f, 2f, 3f, 2f, 1f, 5f, 4f, 5f, 6f, 5f, 4f, 2f, 1f, 2f, 3f, 2f, 1f], y.data<float>().ToArray());
    }

    [Fact]
    public void Dropout_zeroes_its_share_and_scales_the_rest_in_training_alone()
    {
        using var scope = NewDisposeScope();
        var x = ones(10_000);
        var y = nn.functional.dropout(x, 0.25, true).data<float>().ToArray();
        Assert.All(y, v => Assert.True(v == 0 || Math.Abs(v - 4f / 3) < 1e-6));
        Assert.InRange(y.Count(v => v == 0), 2200, 2800);
        Assert.Equal(x.data<float>().ToArray(), nn.functional.dropout(x, 0.25, false).data<float>().ToArray());
    }
}
