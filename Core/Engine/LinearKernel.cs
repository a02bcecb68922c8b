using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// y = x·Wᵀ + b for few rows, each of which comes out the same to the last bit whatever other rows there are: a product of matrices adds in
/// another order for another number of rows, and a picture would depend on what it shares its pass with.
/// </summary>
internal static unsafe class LinearKernel
{
    private const int RowsAtOnce = 4, WeightsPerThread = 1 << 15;

    /// <param name="x">[N, in] float32 on the CPU.</param>
    /// <param name="weight">[out, in] float32 or bfloat16.</param>
    /// <param name="bias">[out] float32; null for none.</param>
    /// <returns>[N, out] float32.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias)
    {
        var (rows, inputs, outputs) = ((int)x.shape[0], (int)weight.shape[1], (int)weight.shape[0]);
        var y = empty(rows, outputs);
        using var contiguous = x.contiguous();
        if (weight.dtype == ScalarType.BFloat16) Run<ushort>();
        else Run<float>();
        return y;

        void Run<T>() where T : unmanaged
        {
            var work = new Work<T>
            {
                X = TensorData.Of<float>(contiguous),
                W = TensorData.Of<T>(weight),
                B = bias is null ? null : TensorData.Of<float>(bias),
                Y = TensorData.Of<float>(y),
                Rows = rows,
                Inputs = inputs,
                Outputs = outputs,
            };
            ThreadTeam.For(ref work, outputs, Math.Max(1, WeightsPerThread / inputs));
        }
    }

    private struct Work<T> : ThreadTeam.IRange where T : unmanaged
    {
        public float* X, B, Y;
        public T* W;
        public int Rows, Inputs, Outputs;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            for (var o = from; o < to; o++)
            {
                var row = 0;
                for (; row <= Rows - RowsAtOnce; row += RowsAtOnce) Four(o, row);
                for (; row < Rows; row++) Y[row * Outputs + o] = One(o, row);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Four(int o, int row)
        {
            var w = W + (long)o * Inputs;
            float* x0 = X + (long)row * Inputs, x1 = x0 + Inputs, x2 = x1 + Inputs, x3 = x2 + Inputs;
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            var i = 0;
            for (; i <= Inputs - Lanes.Count; i += Lanes.Count)
            {
                var v = Lanes.Load(w + i);
                s0 = Vector512.FusedMultiplyAdd(Vector512.Load(x0 + i), v, s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.Load(x1 + i), v, s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.Load(x2 + i), v, s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.Load(x3 + i), v, s3);
            }
            var y = Y + (long)row * Outputs + o;
            y[0] = Finish(s0, x0, w, i, o);
            y[Outputs] = Finish(s1, x1, w, i, o);
            y[2 * Outputs] = Finish(s2, x2, w, i, o);
            y[3 * Outputs] = Finish(s3, x3, w, i, o);
        }

        private readonly float One(int o, int row)
        {
            var w = W + (long)o * Inputs;
            var x = X + (long)row * Inputs;
            Vector512<float> sum = default;
            var i = 0;
            for (; i <= Inputs - Lanes.Count; i += Lanes.Count)
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(x + i), Lanes.Load(w + i), sum);
            return Finish(sum, x, w, i, o);
        }

        private readonly float Finish(Vector512<float> sum, float* x, T* w, int i, int o)
        {
            var total = Vector512.Sum(sum);
            for (; i < Inputs; i++) total = MathF.FusedMultiplyAdd(x[i], Lanes.One(w + i), total);
            return B == null ? total : total + B[o];
        }
    }
}
