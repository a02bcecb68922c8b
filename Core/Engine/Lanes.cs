using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Playground.Core.Engine;

/// <summary>Sixteen numbers at a time, as float32 in registers and as float32 or bfloat16 in memory.</summary>
internal static unsafe class Lanes
{
    public const int Count = 16;

    /// <summary>Reads sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T>(T* from) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector512.Load((float*)from);
        var narrow = Vector256.Load((ushort*)from);
        if (Avx512F.IsSupported) return (Avx512F.ConvertToVector512UInt32(narrow) << 16).AsSingle();
        var (low, high) = Vector256.Widen(narrow);
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    /// <summary>Writes sixteen numbers; bfloat16 to the nearest, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<float> values, T* to) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            values.Store((float*)to);
            return;
        }
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        var narrow = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        narrow.Store((ushort*)to);
    }

    /// <summary>One number, as <see cref="Load"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One<T>(T* from) where T : unmanaged
        => typeof(T) == typeof(float) ? *(float*)from : BitConverter.UInt32BitsToSingle((uint)*(ushort*)from << 16);

    /// <summary>x / (1 + exp(−x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => x / (Vector512<float>.One + Exp(-x));

    /// <summary>The derivative of <see cref="Silu"/>: σ·(1 + x·(1 − σ)) with σ = 1 / (1 + exp(−x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SiluSlope(Vector512<float> x)
    {
        var sigmoid = Vector512<float>.One / (Vector512<float>.One + Exp(-x));
        return Vector512.FusedMultiplyAdd(x * sigmoid, Vector512<float>.One - sigmoid, sigmoid);
    }

    /// <summary>
    /// eˣ within 2 ulp: 2ⁿ·eʳ with r = x − n·ln 2 in ±ln 2 / 2 and a polynomial of degree 6 for eʳ (Cephes' coefficients). Beyond ±87 it
    /// stays at the ends of float32's normal numbers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87.3f)), Vector512.Create(88.3f));
        var n = Vector512.Round(x * 1.44269504088896341f);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        var power = (Vector512.ConvertToInt32(n) + Vector512.Create(127)) << 23;
        return p * power.AsSingle();
    }
}
