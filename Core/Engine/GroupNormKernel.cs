using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Playground.Core.Engine;

/// <summary>
/// y = f(gain · (x + t − μ) / √(σ² + ε) + bias) over groups of channels (Wu &amp; He 2018), f = SiLU or nothing, in two passes over
/// channels-last memory, computed in float32. x may lie in two pieces, as the features and the skip of a U-Net do.
/// </summary>
/// <typeparam name="TIn"><see cref="float"/>, or <see cref="ushort"/> for bfloat16.</typeparam>
/// <typeparam name="TOut">Likewise.</typeparam>
internal unsafe struct GroupNormKernel<TIn, TOut> where TIn : unmanaged where TOut : unmanaged
{
    /// <summary>The first piece, [N, pixels, <see cref="ChannelsA"/>].</summary>
    public TIn* A;

    /// <summary>The second piece, [N, pixels, <see cref="ChannelsB"/>]; unused where that is 0.</summary>
    public TIn* B;

    /// <summary>[N, pixels, <see cref="ChannelsA"/> + <see cref="ChannelsB"/>].</summary>
    public TOut* Y;

    /// <summary>t, [N, channels] float32; null for none.</summary>
    public float* Added;

    /// <summary>Gain and bias, [channels] float32.</summary>
    public float* Gain, Bias;

    /// <summary>Multiples of <see cref="Lanes.Count"/>.</summary>
    public int ChannelsA, ChannelsB;
    public int Images, Pixels, Groups;
    public double Epsilon;
    public bool Silu;

    private const int PartElements = 1 << 15;
    private int _rows, _parts;
    private float* _moments, _affine;

    private readonly int Channels => ChannelsA + ChannelsB;

    /// <summary>Fills <see cref="Y"/>.</summary>
    public void Run()
    {
        _rows = Math.Clamp(PartElements / Channels, 1, Pixels);
        _parts = (Pixels + _rows - 1) / _rows;
        _moments = (float*)NativeMemory.AllocZeroed((nuint)Images * (nuint)_parts * 2 * (nuint)Channels, sizeof(float));
        _affine = (float*)NativeMemory.Alloc((nuint)Images * 2 * (nuint)Channels, sizeof(float));
        try
        {
            fixed (GroupNormKernel<TIn, TOut>* self = &this)
            {
                var grain = Math.Max(1, PartElements / (_rows * Channels));
                var sum = new Moments { Kernel = self };
                ThreadTeam.For(ref sum, Images * _parts, grain);
                var solve = new Affine { Kernel = self };
                ThreadTeam.For(ref solve, Images, Math.Max(1, PartElements / (2 * _parts * Channels)));
                var apply = new Apply { Kernel = self };
                ThreadTeam.For(ref apply, Images * _parts, grain);
            }
        }
        finally
        {
            NativeMemory.Free(_moments);
            NativeMemory.Free(_affine);
        }
    }

    // Sums of x − origin and of its square, by channel; the origin is the image's first pixel, so that the variance does not cancel away.
    private readonly void AddMoments(int part)
    {
        var (image, first) = (part / _parts, part % _parts * _rows);
        var rows = Math.Min(_rows, Pixels - first);
        var sums = _moments + (long)part * 2 * Channels;
        AddMoments(A + (long)image * Pixels * ChannelsA, ChannelsA, first, rows, sums, sums + Channels);
        if (ChannelsB > 0) AddMoments(B + (long)image * Pixels * ChannelsB, ChannelsB, first, rows, sums + ChannelsA, sums + Channels + ChannelsA);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddMoments(TIn* image, int channels, int first, int rows, float* sums, float* squares)
    {
        var c = 0;
        for (; c + 2 * Lanes.Count <= channels; c += 2 * Lanes.Count)
        {
            var (o0, o1) = (Lanes.Load(image + c), Lanes.Load(image + c + Lanes.Count));
            Vector512<float> s0 = default, s1 = default, q0 = default, q1 = default;
            var x = image + (long)first * channels + c;
            for (var row = 0; row < rows; row++, x += channels)
            {
                var (v0, v1) = (Lanes.Load(x) - o0, Lanes.Load(x + Lanes.Count) - o1);
                (s0, s1) = (s0 + v0, s1 + v1);
                q0 = Vector512.FusedMultiplyAdd(v0, v0, q0);
                q1 = Vector512.FusedMultiplyAdd(v1, v1, q1);
            }
            s0.Store(sums + c);
            s1.Store(sums + c + Lanes.Count);
            q0.Store(squares + c);
            q1.Store(squares + c + Lanes.Count);
        }
        if (c == channels) return;
        var origin = Lanes.Load(image + c);
        Vector512<float> s = default, q = default;
        var last = image + (long)first * channels + c;
        for (var row = 0; row < rows; row++, last += channels)
        {
            var v = Lanes.Load(last) - origin;
            s += v;
            q = Vector512.FusedMultiplyAdd(v, v, q);
        }
        s.Store(sums + c);
        q.Store(squares + c);
    }

    // One image's scale and shift by channel, so that y = f(x·scale + shift).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Solve(int image)
    {
        var (channels, depth) = (Channels, Channels / Groups);
        var scale = _affine + (long)image * 2 * channels;
        var shift = scale + channels;
        var count = (double)Pixels * depth;
        for (var g = 0; g < Groups; g++)
        {
            double mean = 0, squares = 0;
            for (var c = g * depth; c < (g + 1) * depth; c++) mean += Sum(image, c) + Pixels * Origin(image, c);
            mean /= count;
            for (var c = g * depth; c < (g + 1) * depth; c++)
            {
                var away = mean - Origin(image, c);
                squares += Sum(image, channels + c) - 2 * away * Sum(image, c) + Pixels * away * away;
            }
            var inverse = 1 / Math.Sqrt(Math.Max(squares / count, 0) + Epsilon);
            for (var c = g * depth; c < (g + 1) * depth; c++)
            {
                var gain = Gain[c] * inverse;
                scale[c] = (float)gain;
                shift[c] = (float)(Bias[c] + (AddedAt(image, c) - mean) * gain);
            }
        }
    }

    private readonly double Sum(int image, int column)
    {
        double sum = 0;
        var at = _moments + (long)image * _parts * 2 * Channels + column;
        for (var part = 0; part < _parts; part++, at += 2 * Channels) sum += *at;
        return sum;
    }

    private readonly double AddedAt(int image, int c) => Added == null ? 0 : Added[image * Channels + c];

    private readonly double Origin(int image, int c) => AddedAt(image, c)
        + (c < ChannelsA ? Lanes.One(A + (long)image * Pixels * ChannelsA + c) : Lanes.One(B + (long)image * Pixels * ChannelsB + c - ChannelsA));

    private readonly void ApplyTo(int part)
    {
        var (image, first) = (part / _parts, part % _parts * _rows);
        var (rows, row) = (Math.Min(_rows, Pixels - first), (long)image * Pixels + first);
        var scale = _affine + (long)image * 2 * Channels;
        ApplyTo(A + row * ChannelsA, ChannelsA, rows, scale, Y + row * Channels);
        if (ChannelsB > 0) ApplyTo(B + row * ChannelsB, ChannelsB, rows, scale + ChannelsA, Y + row * Channels + ChannelsA);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ApplyTo(TIn* from, int channels, int rows, float* scale, TOut* to)
    {
        for (var c = 0; c < channels; c += Lanes.Count)
        {
            var (a, b) = (Vector512.Load(scale + c), Vector512.Load(scale + Channels + c));
            var x = from + c;
            var y = to + c;
            if (Silu)
                for (var row = 0; row < rows; row++, x += channels, y += Channels) Lanes.Store(Lanes.Silu(Vector512.FusedMultiplyAdd(Lanes.Load(x), a, b)), y);
            else
                for (var row = 0; row < rows; row++, x += channels, y += Channels) Lanes.Store(Vector512.FusedMultiplyAdd(Lanes.Load(x), a, b), y);
        }
    }

    private struct Moments : ThreadTeam.IRange
    {
        public GroupNormKernel<TIn, TOut>* Kernel;

        public readonly void Run(int from, int to)
        {
            for (var part = from; part < to; part++) Kernel->AddMoments(part);
        }
    }

    private struct Affine : ThreadTeam.IRange
    {
        public GroupNormKernel<TIn, TOut>* Kernel;

        public readonly void Run(int from, int to)
        {
            for (var image = from; image < to; image++) Kernel->Solve(image);
        }
    }

    private struct Apply : ThreadTeam.IRange
    {
        public GroupNormKernel<TIn, TOut>* Kernel;

        public readonly void Run(int from, int to)
        {
            for (var part = from; part < to; part++) Kernel->ApplyTo(part);
        }
    }
}
