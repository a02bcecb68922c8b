using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Playground.Core.Engine;

/// <summary>
/// y = f(gain · (x + t − μ) / √(σ² + ε) + bias) over groups of channels (Wu &amp; He 2018), f = SiLU or nothing, computed in float32 over
/// channels-last memory. x may lie in two pieces, as the features and the skip of a U-Net do. Threads take blocks of whole groups of an
/// image, so that nothing is shared between them.
/// </summary>
/// <typeparam name="TIn"><see cref="float"/>, or <see cref="ushort"/> for bfloat16.</typeparam>
/// <typeparam name="TOut">Likewise.</typeparam>
internal unsafe struct GroupNormKernel<TIn, TOut> : ThreadTeam.IRange where TIn : unmanaged where TOut : unmanaged
{
    /// <summary>Images, pixels, channels and groups.</summary>
    public GroupNormLayout Layout;

    /// <summary>The first piece, [N, pixels, <see cref="GroupNormLayout.ChannelsA"/>], and the second; null where there is none.</summary>
    public TIn* A, B;

    /// <summary>[N, pixels, channels].</summary>
    public TOut* Y;

    /// <summary>t, [N, channels] float32; null for none.</summary>
    public float* Added;

    /// <summary>Gain and bias, [channels] float32.</summary>
    public float* Gain, Bias;

    /// <summary>
    /// For the gradients, x̂'s scale and shift, [N, 2, channels], so that x̂ = x·scale + shift is the normalized input, and Σ x̂ by image
    /// and channel, [N, channels]; null where they are not wanted.
    /// </summary>
    public float* Normalizer, SumOfNormalized;

    public double Epsilon;
    public bool Silu;

    /// <summary>Fills <see cref="Y"/>.</summary>
    public void Run() => ThreadTeam.For(ref this, Layout.Images * Layout.Blocks, Layout.Grain);

    /// <summary>Does the blocks <paramref name="from"/> to <paramref name="to"/> − 1.</summary>
    public readonly void Run(int from, int to)
    {
        var memory = (float*)NativeMemory.Alloc(4 * (nuint)Layout.Block, sizeof(float));
        try
        {
            for (var block = from; block < to; block++)
            {
                var (image, first) = (block / Layout.Blocks, block % Layout.Blocks * Layout.Block);
                foreach (var piece in Layout.PiecesOf(first)) AddMoments(image, piece, first, memory);
                Solve(image, first, memory);
                foreach (var piece in Layout.PiecesOf(first)) Apply(image, piece, first, memory);
            }
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    // Where a channel's value of the image's first pixel lies.
    private readonly TIn* At(int image, GroupNormPiece piece)
        => (piece.IsSecond ? B : A) + (long)image * Layout.Pixels * piece.Stride + piece.Offset;

    // Sums of x − origin and of its square, by channel; the origin is the image's first pixel, so that the variance does not cancel away.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddMoments(int image, GroupNormPiece piece, int first, float* memory)
    {
        float* sums = memory + piece.First - first, squares = sums + Layout.Block;
        var stride = piece.Stride;
        var start = At(image, piece);
        for (var c = 0; c < piece.Channels; c += Lanes.Count)
        {
            var x = start + c;
            var origin = Lanes.Load(x);
            Vector512<float> s0 = default, s1 = default, q0 = default, q1 = default;
            var pixel = 0;
            for (; pixel < Layout.Pixels - 1; pixel += 2, x += 2 * stride)
            {
                var (v0, v1) = (Lanes.Load(x) - origin, Lanes.Load(x + stride) - origin);
                (s0, s1) = (s0 + v0, s1 + v1);
                q0 = Vector512.FusedMultiplyAdd(v0, v0, q0);
                q1 = Vector512.FusedMultiplyAdd(v1, v1, q1);
            }
            if (pixel < Layout.Pixels)
            {
                var v = Lanes.Load(x) - origin;
                s0 += v;
                q0 = Vector512.FusedMultiplyAdd(v, v, q0);
            }
            (s0 + s1).Store(sums + c);
            (q0 + q1).Store(squares + c);
        }
    }

    // The block's scale and shift by channel, so that y = f(x·scale + shift), behind the sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Solve(int image, int first, float* memory)
    {
        var (block, channels, depth) = (Layout.Block, Layout.Channels, Layout.Depth);
        float* sums = memory, squares = memory + block, scale = memory + 2 * block, shift = memory + 3 * block;
        var (pixels, count) = ((double)Layout.Pixels, (double)Layout.Pixels * depth);
        for (var g = 0; g < block; g += depth)
        {
            double mean = 0, spread = 0;
            for (var c = g; c < g + depth; c++) mean += sums[c] + pixels * Origin(image, first + c);
            mean /= count;
            for (var c = g; c < g + depth; c++)
            {
                var away = mean - Origin(image, first + c);
                spread += squares[c] - 2 * away * sums[c] + pixels * away * away;
            }
            var inverse = 1 / Math.Sqrt(Math.Max(spread / count, 0) + Epsilon);
            for (var c = g; c < g + depth; c++)
            {
                var at = first + c;
                var (gain, moved) = (Gain[at] * inverse, AddedAt(image, at) - mean);
                scale[c] = (float)gain;
                shift[c] = (float)(Bias[at] + moved * gain);
                if (Normalizer == null) continue;
                var normalizer = Normalizer + (long)image * 2 * channels + at;
                (normalizer[0], normalizer[channels]) = ((float)inverse, (float)(moved * inverse));
                SumOfNormalized[(long)image * channels + at] = (float)((sums[c] + pixels * (Origin(image, at) - mean)) * inverse);
            }
        }
    }

    private readonly double AddedAt(int image, int channel) => Added == null ? 0 : Added[(long)image * Layout.Channels + channel];

    private readonly double Origin(int image, int channel)
    {
        var piece = Layout.PieceOf(channel);
        return AddedAt(image, channel) + Lanes.One(At(image, piece) + channel - piece.First);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Apply(int image, GroupNormPiece piece, int first, float* memory)
    {
        var scale = memory + 2 * Layout.Block + piece.First - first;
        var (stride, channels) = (piece.Stride, Layout.Channels);
        var start = At(image, piece);
        var result = Y + (long)image * Layout.Pixels * channels + piece.First;
        for (var c = 0; c < piece.Channels; c += Lanes.Count)
        {
            var (a, b) = (Vector512.Load(scale + c), Vector512.Load(scale + Layout.Block + c));
            var x = start + c;
            var y = result + c;
            if (Silu)
                for (var pixel = 0; pixel < Layout.Pixels; pixel++, x += stride, y += channels)
                    Lanes.Store(Lanes.Silu(Vector512.FusedMultiplyAdd(Lanes.Load(x), a, b)), y);
            else
                for (var pixel = 0; pixel < Layout.Pixels; pixel++, x += stride, y += channels)
                    Lanes.Store(Vector512.FusedMultiplyAdd(Lanes.Load(x), a, b), y);
        }
    }
}
