namespace Playground.Core.Imaging;

/// <summary>An image file's header.</summary>
/// <param name="Format">PNG, JPEG, WebP, GIF, TIFF or AVIF.</param>
/// <param name="Width">Pixels from left to right, before any turn by EXIF.</param>
/// <param name="Height">Pixels from top to bottom, before any turn by EXIF; of one frame.</param>
/// <param name="Bands">Channels, alpha included.</param>
/// <param name="HasAlpha">Whether one of them is alpha.</param>
/// <param name="Frames">Frames of a GIF or WebP file, or pages of a TIFF file; at least 1.</param>
public sealed record PictureHeader(string Format, int Width, int Height, int Bands, bool HasAlpha, int Frames = 1);
