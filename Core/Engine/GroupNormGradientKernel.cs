using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Playground.Core.Engine;

/// <summary>
/// The gradients of <see cref="GroupNormKernel{TIn, TOut}"/>. With x̂ the normalized input, z = gain·x̂ + bias and dz = dy·f′(z):
/// dbias = Σ dz, dgain = Σ dz·x̂, and dx = (gain·dz − mean(gain·dz) − x̂·mean(gain·dz·x̂)) / √(σ² + ε), means over the group.
/// </summary>
/// <typeparam name="T">Of x and dx: <see cref="float"/>, or <see cref="ushort"/> for bfloat16.</typeparam>
/// <typeparam name="TOut">Of dy, likewise.</typeparam>
internal unsafe struct GroupNormGradientKernel<T, TOut> : ThreadTeam.IRange where T : unmanaged where TOut : unmanaged
{
    /// <summary>As of the kernel.</summary>
    public GroupNormLayout Layout;

    /// <summary>x in its pieces, as in the kernel, and dx in the same.</summary>
    public T* A, B, DA, DB;

    /// <summary>dy, [N, pixels, channels].</summary>
    public TOut* DY;

    /// <summary>x̂ = x·scale + shift, [N, 2, channels], and Σ x̂, [N, channels]: what the kernel kept.</summary>
    public float* Normalizer, SumOfNormalized;

    /// <summary>Gain and bias, [channels].</summary>
    public float* Gain, Bias;

    /// <summary>dbias and dgain of each image, [N, 2, channels].</summary>
    public float* DWeights;

    /// <summary>dt, [N, channels]; null where there was no t.</summary>
    public float* DAdded;

    public bool Silu;

    /// <summary>Fills all gradients.</summary>
    public void Run() => ThreadTeam.For(ref this, Layout.Images * Layout.Blocks, Layout.Grain);

    /// <summary>Does the blocks <paramref name="from"/> to <paramref name="to"/> − 1.</summary>
    public readonly void Run(int from, int to)
    {
        var factors = (float*)NativeMemory.Alloc(3 * (nuint)Layout.Block, sizeof(float));
        try
        {
            for (var block = from; block < to; block++)
            {
                var (image, first) = (block / Layout.Blocks, block % Layout.Blocks * Layout.Block);
                foreach (var piece in Layout.PiecesOf(first)) Sum(image, piece);
                Solve(image, first, factors);
                foreach (var piece in Layout.PiecesOf(first)) Apply(image, piece, factors - first);
            }
        }
        finally
        {
            NativeMemory.Free(factors);
        }
    }

    private readonly long At(int image, GroupNormPiece piece) => (long)image * Layout.Pixels * piece.Stride + piece.Offset;

    private readonly float* Image(float* all, int image) => all + (long)image * 2 * Layout.Channels;

    // Σ dz and Σ dz·x̂, by channel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum(int image, GroupNormPiece piece)
    {
        var (channels, stride) = (Layout.Channels, piece.Stride);
        var start = (piece.IsSecond ? B : A) + At(image, piece);
        var gradient = DY + (long)image * Layout.Pixels * channels + piece.First;
        for (var c = 0; c < piece.Channels; c += Lanes.Count)
        {
            var at = piece.First + c;
            var normalizer = Image(Normalizer, image) + at;
            var (scale, shift) = (Vector512.Load(normalizer), Vector512.Load(normalizer + channels));
            var (gain, bias) = (Vector512.Load(Gain + at), Vector512.Load(Bias + at));
            Vector512<float> first = default, second = default;
            var x = start + c;
            var dy = gradient + c;
            for (var pixel = 0; pixel < Layout.Pixels; pixel++, x += stride, dy += channels)
            {
                var normalized = Vector512.FusedMultiplyAdd(Lanes.Load(x), scale, shift);
                var dz = Lanes.Load(dy);
                if (Silu) dz *= Lanes.SiluSlope(Vector512.FusedMultiplyAdd(normalized, gain, bias));
                first += dz;
                second = Vector512.FusedMultiplyAdd(dz, normalized, second);
            }
            first.Store(Image(DWeights, image) + at);
            second.Store(Image(DWeights, image) + channels + at);
        }
    }

    // p, q, r by channel, so that dx = dz·p + x·q + r.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Solve(int image, int first, float* factors)
    {
        var (channels, depth, block) = (Layout.Channels, Layout.Depth, Layout.Block);
        float* sums = Image(DWeights, image) + first, normalizer = Image(Normalizer, image) + first, gain = Gain + first;
        var count = (double)Layout.Pixels * depth;
        for (var g = 0; g < block; g += depth)
        {
            double a = 0, b = 0;
            for (var c = g; c < g + depth; c++)
            {
                a += gain[c] * (double)sums[c];
                b += gain[c] * (double)sums[channels + c];
            }
            (a, b) = (a / count, b / count);
            for (var c = g; c < g + depth; c++)
            {
                double scale = normalizer[c], shift = normalizer[channels + c];
                factors[c] = (float)(scale * gain[c]);
                factors[block + c] = (float)(-scale * b * scale);
                factors[2 * block + c] = (float)(-scale * (a + b * shift));
                if (DAdded == null) continue;
                var at = (long)image * channels + first + c;
                DAdded[at] = (float)(scale * (gain[c] * (double)sums[c] - Layout.Pixels * a - b * SumOfNormalized[at]));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Apply(int image, GroupNormPiece piece, float* factors)
    {
        var (channels, stride, block) = (Layout.Channels, piece.Stride, Layout.Block);
        var start = (piece.IsSecond ? B : A) + At(image, piece);
        var result = (piece.IsSecond ? DB : DA) + At(image, piece);
        var gradient = DY + (long)image * Layout.Pixels * channels + piece.First;
        for (var c = 0; c < piece.Channels; c += Lanes.Count)
        {
            var at = piece.First + c;
            var normalizer = Image(Normalizer, image) + at;
            var gain = Vector512.Load(Gain + at);
            var scale = Vector512.Load(normalizer) * gain;
            var shift = Vector512.FusedMultiplyAdd(Vector512.Load(normalizer + channels), gain, Vector512.Load(Bias + at));
            var (p, q, r) = (Vector512.Load(factors + at), Vector512.Load(factors + block + at), Vector512.Load(factors + 2 * block + at));
            var x = start + c;
            var dy = gradient + c;
            var dx = result + c;
            for (var pixel = 0; pixel < Layout.Pixels; pixel++, x += stride, dy += channels, dx += stride)
            {
                var (value, dz) = (Lanes.Load(x), Lanes.Load(dy));
                if (Silu) dz *= Lanes.SiluSlope(Vector512.FusedMultiplyAdd(value, scale, shift));
                Lanes.Store(Vector512.FusedMultiplyAdd(dz, p, Vector512.FusedMultiplyAdd(value, q, r)), dx);
            }
        }
    }
}
