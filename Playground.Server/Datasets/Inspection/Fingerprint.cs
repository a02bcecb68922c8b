using System.Numerics;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// What a picture looks like, small: the difference hash (dHash: whether each of 8×8 places is darker than its right neighbour)
/// and its 16×16 brightnesses, which settle what the hash alone takes for alike.
/// </summary>
internal sealed record Fingerprint(ulong DifferenceHash, byte[] Brightness)
{
    /// <summary>Bits of the hash in which alike pictures may differ.</summary>
    public const int MaxDistance = 3;

    private const int Side = 16, MaxSamples = 256;

    // Of the picture's own contrast, so that thin strokes on black are not alike merely because both are mostly black.
    private const double MaxRelativeDifference = 0.08;

    private readonly double _contrast = Contrast(Brightness);

    public static Fingerprint Of(PictureBatch picture)
    {
        var cells = Shrink(picture, 9, 8);
        var hash = 0UL;
        for (var y = 0; y < 8; y++)
            for (var x = 0; x < 8; x++)
                if (cells[y * 9 + x + 1] > cells[y * 9 + x]) hash |= 1UL << (y * 8 + x);
        return new Fingerprint(hash, Shrink(picture, Side, Side));
    }

    public bool IsLike(Fingerprint other)
    {
        if (BitOperations.PopCount(DifferenceHash ^ other.DifferenceHash) > MaxDistance) return false;
        var difference = 0;
        for (var i = 0; i < Brightness.Length; i++) difference += Math.Abs(Brightness[i] - other.Brightness[i]);
        return difference <= Brightness.Length * Math.Max(1, MaxRelativeDifference * Math.Min(_contrast, other._contrast));
    }

    /// <summary>Mean distance from the mean.</summary>
    private static double Contrast(byte[] brightness)
    {
        var mean = brightness.Average(b => (double)b);
        return brightness.Average(b => Math.Abs(b - mean));
    }

    /// <summary>Mean brightness of the cells of a grid; of large pictures, not every pixel is looked at.</summary>
    private static byte[] Shrink(PictureBatch picture, int columns, int rows)
    {
        var cells = new byte[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            var (top, bottom) = Range(row, rows, picture.Height);
            var stepY = Math.Max(1, picture.Height / MaxSamples);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = Range(column, columns, picture.Width);
                var stepX = Math.Max(1, picture.Width / MaxSamples);
                var (sum, count) = (0L, 0);
                for (var y = top; y < bottom; y += stepY)
                    for (var x = left; x < right; x += stepX, count++) sum += Luma(picture, y * picture.Width + x);
                cells[row * columns + column] = (byte)(sum / count);
            }
        }
        return cells;
    }

    private static (int From, int To) Range(int cell, int cells, int pixels)
    {
        var from = (int)((long)cell * pixels / cells);
        return (from, Math.Max(from + 1, (int)((cell + 1L) * pixels / cells)));
    }

    // ITU-R BT.601.
    private static int Luma(PictureBatch picture, int pixel)
    {
        if (picture.Channels == 1) return picture.Pixels[pixel];
        var rgb = picture.Pixels.AsSpan(3 * pixel, 3);
        return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000;
    }
}
