using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary><see cref="GroupNormKernel{TIn, TOut}"/> on tensors.</summary>
internal static unsafe class GroupNormSilu
{
    /// <param name="x">[N, C, H, W], float32 or bfloat16, channels last, C a multiple of 16.</param>
    /// <param name="second">Further channels of the same type; null for none.</param>
    /// <param name="added">[N, all channels] float32, added before the norm; null for none.</param>
    /// <param name="gain">[all channels] float32.</param>
    /// <param name="bias">[all channels] float32.</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    /// <param name="type">Of the result, float32 or bfloat16.</param>
    public static Tensor Apply(Tensor x, Tensor? second, Tensor? added, Tensor gain, Tensor bias, int groups, double epsilon, bool silu, ScalarType type)
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
            ChannelsA = (int)shape[1],
            ChannelsB = (int)(second?.shape[1] ?? 0),
            Images = (int)shape[0],
            Pixels = (int)(shape[2] * shape[3]),
            Groups = groups,
            Epsilon = epsilon,
            Silu = silu,
        }.Run();
    }
}
