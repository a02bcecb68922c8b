using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>What an optimizer does to every weight, each as one pass over memory; on a GPU, by libtorch's own operators.</summary>
internal static unsafe class OptimizerKernels
{
    private const int Grain = 1 << 15;

    /// <summary>
    /// w ← (1 − rate·decay)·w − step · m / (√(v / correction) + ε) with both moments moved first, from the gradient times scale.
    /// </summary>
    /// <param name="weight">w, float32.</param>
    /// <param name="gradient">Of the same shape.</param>
    /// <param name="m">First moment, of the same shape and layout.</param>
    /// <param name="v">Second moment, likewise.</param>
    /// <param name="by">The step's numbers.</param>
    public static void AdamW(Tensor weight, Tensor gradient, Tensor m, Tensor v, in AdamWStep by)
    {
        using var scope = NewDisposeScope();
        if (weight.device_type != DeviceType.CPU)
        {
            Plain(weight, gradient, m, v, by);
            return;
        }
        var work = new AdamWWork
        {
            W = TensorData.Of<float>(weight),
            G = TensorData.Of<float>(LikeLaid(gradient, weight)),
            M = TensorData.Of<float>(m),
            V = TensorData.Of<float>(v),
            By = by
        };
        ThreadTeam.For(ref work, checked((int)weight.numel()), Grain);
    }

    /// <summary>average ← average + (weight − average)·share, both float32 and of one shape and layout.</summary>
    public static void Move(Tensor average, Tensor weight, double share)
    {
        if (average.device_type != DeviceType.CPU)
        {
            using var moved = average.lerp_(weight, share);
            return;
        }
        var work = new MoveWork { Average = TensorData.Of<float>(average), Weight = TensorData.Of<float>(weight), Share = (float)share };
        ThreadTeam.For(ref work, checked((int)average.numel()), Grain);
    }

    private static Tensor LikeLaid(Tensor gradient, Tensor weight)
        => gradient.stride().AsSpan().SequenceEqual(weight.stride()) ? gradient : empty_like(weight).copy_(gradient);

    private static void Plain(Tensor weight, Tensor gradient, Tensor m, Tensor v, in AdamWStep by)
    {
        var g = by.GradientScale == 1 ? gradient : gradient * by.GradientScale;
        m.lerp_(g, 1 - by.Beta1);
        v.mul_(by.Beta2);
        v.addcmul_(g, g, 1 - by.Beta2);
        if (by.Decay != 0) weight.mul_(1 - by.Decay);
        var denominator = v.sqrt();
        denominator.div_(Math.Sqrt(by.Correction));
        denominator.add_(by.Epsilon);
        weight.addcdiv_(m, denominator, -by.Step);
    }

    private struct AdamWWork : ThreadTeam.IRange
    {
        public float* W, G, M, V;
        public AdamWStep By;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            var (scale, rise1, beta2, rise2) = ((float)By.GradientScale, (float)(1 - By.Beta1), (float)By.Beta2, (float)(1 - By.Beta2));
            var (root, epsilon, step, keep) = ((float)(1 / Math.Sqrt(By.Correction)), (float)By.Epsilon, (float)By.Step,
                (float)(1 - By.Decay));
            var i = from;
            for (; i <= to - Lanes.Count; i += Lanes.Count)
            {
                var gradient = Vector512.Load(G + i) * scale;
                var first = Vector512.Load(M + i);
                first += (gradient - first) * rise1;
                var second = Vector512.Load(V + i) * beta2 + gradient * gradient * rise2;
                first.Store(M + i);
                second.Store(V + i);
                var change = first * step / (Vector512.Sqrt(second) * root + Vector512.Create(epsilon));
                (Vector512.Load(W + i) * keep - change).Store(W + i);
            }
            for (; i < to; i++)
            {
                var gradient = G[i] * scale;
                M[i] += (gradient - M[i]) * rise1;
                V[i] = V[i] * beta2 + gradient * gradient * rise2;
                W[i] = W[i] * keep - M[i] * step / (MathF.Sqrt(V[i]) * root + epsilon);
            }
        }
    }

    private struct MoveWork : ThreadTeam.IRange
    {
        public float* Average, Weight;
        public float Share;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            var i = from;
            for (; i <= to - Lanes.Count; i += Lanes.Count)
            {
                var average = Vector512.Load(Average + i);
                (average + (Vector512.Load(Weight + i) - average) * Share).Store(Average + i);
            }
            for (; i < to; i++) Average[i] += (Weight[i] - Average[i]) * Share;
        }
    }
}

/// <summary>The numbers of one update of AdamW (Loshchilov &amp; Hutter 2019, algorithm 2).</summary>
/// <param name="Step">The learning rate over 1 − β₁ⁿ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Correction">1 − β₂ⁿ.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Decay">The learning rate times the weight decay.</param>
/// <param name="GradientScale">What the gradient is multiplied by first.</param>
internal readonly record struct AdamWStep(double Step, double Beta1, double Beta2, double Correction, double Epsilon, double Decay,
    double GradientScale);
