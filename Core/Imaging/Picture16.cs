namespace Playground.Core.Imaging;

/// <summary>One image with 16 bits a channel, interleaved [H, W, C].</summary>
/// <param name="Height">H in pixels.</param>
/// <param name="Width">W in pixels.</param>
/// <param name="Channels">C: 1 (gray) or 3 (sRGB).</param>
/// <param name="Values">H·W·C values, 0..65535.</param>
public sealed record Picture16(int Height, int Width, int Channels, ushort[] Values)
{
    /// <summary>H·W·C values, 0..65535.</summary>
    /// <exception cref="PlaygroundException">The length does not fit the shape, or the shape is not one of an image.</exception>
    public ushort[] Values { get; } =
        Channels is 1 or 3 && Height >= 1 && Width >= 1 && Values.Length == (long)Height * Width * Channels
            ? Values
            : throw new PlaygroundException(
                $"{Values.Length} values do not make an image of shape [{Height}, {Width}, {Channels}] with 1 (gray) or 3 (RGB) channels.");
}
