using Playground.Core.Imaging;

namespace Playground.Server.Sampling.Frames;

/// <summary>Takes images out of the grid that a frame is.</summary>
internal static class FrameGrid
{
    /// <param name="grid">The frame, decoded.</param>
    /// <param name="frame">What is known of it.</param>
    /// <param name="images">0-based, each below the frame's count.</param>
    /// <returns>As many images as were asked for.</returns>
    public static PictureBatch Cut(PictureBatch grid, KeptFrame frame, IReadOnlyList<int> images)
    {
        var (line, size) = (frame.Width * grid.Channels, frame.Width * frame.Height * grid.Channels);
        var pixels = new byte[images.Count * size];
        for (var n = 0; n < images.Count; n++)
        {
            var (top, left) = (images[n] / frame.Columns * frame.Height, images[n] % frame.Columns * frame.Width);
            for (var y = 0; y < frame.Height; y++)
                grid.Pixels.AsSpan(((top + y) * grid.Width + left) * grid.Channels, line).CopyTo(pixels.AsSpan(n * size + y * line));
        }
        return new PictureBatch(images.Count, frame.Height, frame.Width, grid.Channels, pixels);
    }
}
