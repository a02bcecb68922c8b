namespace Playground.Core.Imaging;

public sealed partial record PictureBatch
{
    /// <summary>One picture from its channels one after the other.</summary>
    /// <param name="planar">[C, H, W].</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="channels">C: 1 or 3.</param>
    public static PictureBatch FromPlanar(ReadOnlySpan<byte> planar, int height, int width, int channels)
    {
        var plane = height * width;
        var pixels = new byte[plane * channels];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < plane; i++) pixels[i * channels + c] = planar[c * plane + i];
        return new PictureBatch(1, height, width, channels, pixels);
    }

    /// <summary>The first picture's channels one after the other, [C, H, W].</summary>
    public byte[] ToPlanar()
    {
        var plane = Height * Width;
        var planar = new byte[PictureSize];
        for (var c = 0; c < Channels; c++)
            for (var i = 0; i < plane; i++) planar[c * plane + i] = Pixels[i * Channels + c];
        return planar;
    }
}
