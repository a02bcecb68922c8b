namespace Playground.Core.Imaging;

/// <summary>What the bytes of a decoded image mean, interleaved.</summary>
internal enum PixelLayout
{
    Gray = 1,
    GrayAlpha = 2,
    Rgb = 3,
    Rgba = 4,
    Cmyk = 5,
}

/// <summary>Gray or sRGB from bytes of any layout, with Pillow's arithmetic (its libImaging/Convert.c).</summary>
internal static class PixelLayouts
{
    /// <param name="layout">Of the pixels; transparent ones are laid over white.</param>
    /// <param name="pixels">[count, height, width, the layout's channels]; they may be kept.</param>
    /// <param name="count">Images.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    public static PictureBatch ToBatch(this PixelLayout layout, byte[] pixels, int count, int height, int width, int? channels)
    {
        var (opaque, has) = layout switch
        {
            PixelLayout.Gray => (pixels, 1),
            PixelLayout.GrayAlpha => (OverWhite(pixels, 1), 1),
            PixelLayout.Rgb => (pixels, 3),
            PixelLayout.Rgba => (OverWhite(pixels, 3), 3),
            _ => (FromCmyk(pixels), 3),
        };
        var wanted = channels ?? has;
        return new PictureBatch(count, height, width, wanted, wanted == has ? opaque : wanted == 1 ? Luma(opaque) : Tripled(opaque));
    }

    private static byte[] OverWhite(byte[] pixels, int colors)
    {
        var result = new byte[pixels.Length / (colors + 1) * colors];
        var at = 0;
        for (var i = 0; i < pixels.Length; i += colors + 1)
        {
            var alpha = pixels[i + colors];
            for (var c = 0; c < colors; c++) result[at++] = (byte)(255 - Product(255 - pixels[i + c], alpha));
        }
        return result;
    }

    private static byte[] FromCmyk(byte[] pixels)
    {
        var result = new byte[pixels.Length / 4 * 3];
        var at = 0;
        for (var i = 0; i < pixels.Length; i += 4)
            for (var c = 0; c < 3; c++) result[at++] = (byte)Product(255 - pixels[i + c], 255 - pixels[i + 3]);
        return result;
    }

    // a·b/255, rounded: no half can occur, since 255 is odd.
    private static int Product(int a, int b) => (a * b + 127) / 255;

    // ITU-R 601-2 in 16 binary digits.
    private static byte[] Luma(byte[] rgb)
    {
        var gray = new byte[rgb.Length / 3];
        for (var i = 0; i < gray.Length; i++)
            gray[i] = (byte)((rgb[3 * i] * 19595 + rgb[3 * i + 1] * 38470 + rgb[3 * i + 2] * 7471 + 0x8000) >> 16);
        return gray;
    }

    private static byte[] Tripled(byte[] gray)
    {
        var rgb = new byte[checked(gray.Length * 3)];
        for (var i = 0; i < gray.Length; i++) rgb.AsSpan(3 * i, 3).Fill(gray[i]);
        return rgb;
    }
}
