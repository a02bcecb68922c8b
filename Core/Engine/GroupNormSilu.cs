using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary><see cref="GroupNormKernel{TIn, TOut}"/> and its gradients on tensors.</summary>
internal static unsafe class GroupNormSilu
{
    /// <param name="x">[N, C, H, W], float32 or bfloat16, channels last, C a multiple of 16.</param>
    /// <param name="second">Further channels of the same type; null for none.</param>
    /// <param name="added">[N, all channels] float32, added before the norm; null for none.</param>
    /// <param name="gain">[all channels] float32.</param>
    /// <param name="bias">[all channels] float32.</param>
    /// <param name="by">Groups, ε, and whether SiLU follows.</param>
    /// <param name="type">Of the result, float32 or bfloat16.</param>
    /// <returns>[N, all channels, H, W], channels last.</returns>
    public static Tensor Apply(Tensor x, Tensor? second, Tensor? added, Tensor gain, Tensor bias, GroupNormShape by, ScalarType type)
    {
        if (!is_grad_enabled()) return Forward(x, second, added, gain, bias, by, type, null, null);
        Tensor[] inputs = [.. new[] { x, second, added, gain, bias }.OfType<Tensor>()];
        Tensor normalizer, sums, result;
        using (no_grad())
        {
            normalizer = empty(x.shape[0], 2, gain.shape[0]).DetachFromDisposeScope();
            sums = empty(x.shape[0], gain.shape[0]).DetachFromDisposeScope();
            result = Forward(x, second, added, gain, bias, by, type, normalizer, sums);
        }
        // The graph keeps its own handles: those of the forward pass are its scope's.
        var (keptX, keptSecond) = (x.alias().DetachFromDisposeScope(), second?.alias().DetachFromDisposeScope());
        var hasAdded = added is not null;
        return CustomGradient.Attach(result, inputs, Backward, () =>
        {
            keptX.Dispose();
            keptSecond?.Dispose();
            normalizer.Dispose();
            sums.Dispose();
        });

        Tensor?[] Backward(Tensor gradient)
        {
            var all = Gradients(keptX, keptSecond, gain, bias, by, gradient, normalizer, hasAdded ? sums : null);
            return [.. all.Where((t, i) => t is not null)];
        }
    }

    private static GroupNormLayout LayoutOf(Tensor x, Tensor? second, GroupNormShape by)
        => new(x.shape[0], x.shape[2] * x.shape[3], x.shape[1], second?.shape[1] ?? 0, by.Groups);

    private static Tensor Forward(Tensor x, Tensor? second, Tensor? added, Tensor gain, Tensor bias, GroupNormShape by, ScalarType type,
        Tensor? normalizer, Tensor? sums)
    {
        var shape = x.shape;
        var channels = shape[1] + (second?.shape[1] ?? 0);
        var y = ChannelsLast.Empty(shape[0], channels, shape[2], shape[3], type, x.device);
        using var contiguous = added?.contiguous();
        switch (x.dtype == ScalarType.BFloat16, type == ScalarType.BFloat16)
        {
            case (false, false): Run<float, float>(); break;
            case (false, true): Run<float, ushort>(); break;
            case (true, false): Run<ushort, float>(); break;
            default: Run<ushort, ushort>(); break;
        }
        return y;

        void Run<TIn, TOut>() where TIn : unmanaged where TOut : unmanaged => new GroupNormKernel<TIn, TOut>
        {
            A = TensorData.Of<TIn>(x),
            B = second is null ? null : TensorData.Of<TIn>(second),
            Y = TensorData.Of<TOut>(y),
            Added = contiguous is null ? null : TensorData.Of<float>(contiguous),
            Gain = TensorData.Of<float>(gain),
            Bias = TensorData.Of<float>(bias),
            Normalizer = normalizer is null ? null : TensorData.Of<float>(normalizer),
            SumOfNormalized = sums is null ? null : TensorData.Of<float>(sums),
            Layout = LayoutOf(x, second, by),
            Epsilon = by.Epsilon,
            Silu = by.Silu,
        }.Run();
    }

    // Of x, the second piece, t, the gain and the bias.
    private static Tensor?[] Gradients(Tensor x, Tensor? second, Tensor gain, Tensor bias, GroupNormShape by, Tensor gradient,
        Tensor normalizer, Tensor? sums)
    {
        var shape = x.shape;
        using var dy = ChannelsLast.Of(gradient);
        var dx = ChannelsLast.Empty(shape[0], shape[1], shape[2], shape[3], x.dtype, x.device);
        var dSecond = second is null ? null : ChannelsLast.Empty(shape[0], second.shape[1], shape[2], shape[3], x.dtype, x.device);
        var dAdded = sums is null ? null : empty_like(sums);
        using var dWeights = empty_like(normalizer);
        switch (x.dtype == ScalarType.BFloat16, dy.dtype == ScalarType.BFloat16)
        {
            case (false, false): Run<float, float>(); break;
            case (false, true): Run<float, ushort>(); break;
            case (true, false): Run<ushort, float>(); break;
            default: Run<ushort, ushort>(); break;
        }
        using var summed = dWeights.sum([0L]);
        return [dx, dSecond, dAdded, summed.select(0, 1), summed.select(0, 0)];

        void Run<T, TOut>() where T : unmanaged where TOut : unmanaged => new GroupNormGradientKernel<T, TOut>
        {
            A = TensorData.Of<T>(x),
            B = second is null ? null : TensorData.Of<T>(second),
            DA = TensorData.Of<T>(dx),
            DB = dSecond is null ? null : TensorData.Of<T>(dSecond),
            DY = TensorData.Of<TOut>(dy),
            Normalizer = TensorData.Of<float>(normalizer),
            Gain = TensorData.Of<float>(gain),
            Bias = TensorData.Of<float>(bias),
            DWeights = TensorData.Of<float>(dWeights),
            SumOfNormalized = sums is null ? null : TensorData.Of<float>(sums),
            DAdded = dAdded is null ? null : TensorData.Of<float>(dAdded),
            Layout = LayoutOf(x, second, by),
            Silu = by.Silu,
        }.Run();
    }
}

/// <summary>What a group norm is, beside its weights.</summary>
/// <param name="Groups">Divides the channels.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Silu">Whether SiLU follows.</param>
internal readonly record struct GroupNormShape(int Groups, double Epsilon, bool Silu);
