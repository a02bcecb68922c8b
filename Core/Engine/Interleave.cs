using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// Four images of one size woven into one of twice the size: y[2i + a, 2j + b] = x[i + a, j + b] of the image (a, b). x is larger by a row
/// and
/// a column, of which each image leaves one out.
/// </summary>
internal static unsafe class Interleave
{
    /// <param name="x">[N, 4·C, H + 1, W + 1], channels last, the images (0, 0), (0, 1), (1, 0), (1, 1) one behind the other.</param>
    /// <returns>[N, C, 2·H, 2·W], channels last.</returns>
    public static Tensor Apply(Tensor x)
    {
        if (!is_grad_enabled()) return Woven(x);
        Tensor result;
        using (no_grad()) result = Woven(x);
        return CustomGradient.Attach(result, [x], gradient => [Unwoven(gradient)], () => { });
    }

    private static Tensor Woven(Tensor x)
    {
        var shape = x.shape;
        var (n, c, height, width) = (shape[0], shape[1] / 4, shape[2] - 1, shape[3] - 1);
        var y = ChannelsLast.Empty(n, c, 2 * height, 2 * width, x.dtype, x.device);
        Run(x, y, n, c, height, width, isBack: false);
        return y;
    }

    private static Tensor Unwoven(Tensor gradient)
    {
        using var dy = ChannelsLast.Of(gradient);
        var shape = dy.shape;
        var (n, c, height, width) = (shape[0], shape[1], shape[2] / 2, shape[3] / 2);
        var dx = ChannelsLast.Empty(n, 4 * c, height + 1, width + 1, dy.dtype, dy.device);
        Run(dx, dy, n, c, height, width, isBack: true);
        return dx;
    }

    private static void Run(Tensor x, Tensor y, long n, long c, long height, long width, bool isBack)
    {
        var work = new Work
        {
            X = TensorData.Of<byte>(x),
            Y = TensorData.Of<byte>(y),
            Bytes = c * (x.dtype == ScalarType.BFloat16 ? sizeof(ushort) : sizeof(float)),
            Height = (int)height,
            Width = (int)width,
            IsBack = isBack,
        };
        ThreadTeam.For(ref work, checked((int)(n * (height + 1))), Math.Max(1, (int)((1 << 16) / (work.Bytes * 4 * (width + 1)))));
    }

    private struct Work : ThreadTeam.IRange
    {
        public byte* X, Y;
        public long Bytes;
        public int Height, Width;
        public bool IsBack;

        // Rows of x, over all N.
        public readonly void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var (n, i) = (row / (Height + 1), row % (Height + 1));
                for (var j = 0; j <= Width; j++)
                    for (var image = 0; image < 4; image++)
                        Move(X + (((long)row * (Width + 1) + j) * 4 + image) * Bytes, n, i - image / 2, j - image % 2, image);
            }
        }

        private readonly void Move(byte* x, int n, int i, int j, int image)
        {
            if (i < 0 || j < 0 || i >= Height || j >= Width)
            {
                if (IsBack) NativeMemory.Clear(x, (nuint)Bytes);
                return;
            }
            var y = Y + (((long)n * 2 * Height + 2 * i + image / 2) * 2 * Width + 2 * j + image % 2) * Bytes;
            if (IsBack) NativeMemory.Copy(y, x, (nuint)Bytes);
            else NativeMemory.Copy(x, y, (nuint)Bytes);
        }
    }
}
