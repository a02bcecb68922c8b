using NetVips;
using Playground.Core.Files;

namespace Playground.Core.Imaging;

/// <summary>
/// An image file whose header was read and checked; its pixels are decoded when they are asked for, once and from top to bottom.
/// Only to be used within <see cref="ImagingLibrary.Read"/>.
/// </summary>
internal sealed class OpenedPicture : IDisposable
{
    // The file's bytes stay pinned for as long as libvips may read them: until all images of it are disposed.
    private readonly Source _source;
    private readonly PictureFormat _format;

    private OpenedPicture(PictureFormat format, Source source, Image image)
    {
        (_format, _source, Image) = (format, source, image);
        var frames = image.Contains("n-pages") && image.Get("n-pages") is int pages ? Math.Max(1, pages) : 1;
        Header = new PictureHeader(format.Name, image.Width, image.Height, image.Bands, image.HasAlpha(), frames);
    }

    public PictureHeader Header { get; }

    /// <summary>The first frame as the file has it: not turned, in its own colors.</summary>
    public Image Image { get; }

    /// <exception cref="PlaygroundException">No image that can be read, or one beyond the limits.</exception>
    /// <exception cref="VipsException">Its header is damaged.</exception>
    public static OpenedPicture Open(byte[] file, PictureLimits limits)
    {
        if (file.Length > limits.MaxBytes)
        {
            throw new PlaygroundException(
                $"The image file has {file.Length:N0} bytes; the limit is {limits.MaxBytes:N0}. Make it smaller first.");
        }
        var format = FormatOf(file);
        if (format == PictureFormat.Gif && GifBlocks.IsCutOff(file))
        {
            throw new PlaygroundException(
                "The image is damaged or cut off: the GIF file ends within a frame. Take the original file again.");
        }
        var source = Source.NewFromMemory(file);
        Image? image = null;
        try
        {
            image = Load(format, source, frames: 1);
            var opened = new OpenedPicture(format, source, image);
            Check(opened.Header, limits);
            return opened;
        }
        catch
        {
            image?.Dispose();
            source.Dispose();
            throw;
        }
    }

    /// <summary>The first <paramref name="count"/> frames, one below the other, each whole.</summary>
    public Image LoadFrames(int count) => Load(_format, _source, count);

    /// <summary>
    /// The image made to fit a square, or another height, by <paramref name="fit"/>, turned upright, decoded no larger than that needs.
    /// </summary>
    public Image LoadFitted(int side, PictureFit fit, int? height = null)
    {
        var (size, crop) = fit.ToThumbnail();
        // As an option of the loader: the operation's own failOn has no effect (libvips 8.18).
        return Image.ThumbnailSource(_source, side, optionString: "[fail-on=error]", height: height ?? side, size: size, crop: crop);
    }

    public void Dispose()
    {
        Image.Dispose();
        _source.Dispose();
    }

    private static PictureFormat FormatOf(byte[] file)
    {
        if (file.Length == 0)
            throw new PlaygroundException($"The file is empty, and not an image: {PictureFormat.AllRead} can be read.");
        var format = PictureFormat.Of(file.AsSpan(0, Math.Min(file.Length, PictureFormat.HeadSize)))
            ?? throw new PlaygroundException(
                FileNature.Of(file.AsSpan(0, Math.Min(file.Length, FileNature.HeadSize)), "") is { } nature
                    ? $"The file is not an image: it is {nature.What}; {nature.Remedy}."
                    : $"The file is not an image of a kind that can be read, whatever its name says: {PictureFormat.AllRead} can be read.");
        return format.IsRead ? format : throw new PlaygroundException($"The file is {format.Refusal}.");
    }

    private static void Check(PictureHeader header, PictureLimits limits)
    {
        if (header.Width > limits.MaxWidth || header.Height > limits.MaxHeight || (long)header.Width * header.Height > limits.MaxPixels)
        {
            throw new PlaygroundException(
                $"The image is {header.Width} x {header.Height}; the limit is {limits.MaxWidth} x {limits.MaxHeight} "
                + $"and {limits.MaxPixels:N0} pixels: make it smaller first.");
        }
    }

    // The loader is the one of the format that was told, not the one that libvips would find.
    private static Image Load(PictureFormat format, Source source, int frames)
    {
        const Enums.Access Access = Enums.Access.Sequential;
        const Enums.FailOn FailOn = Enums.FailOn.Error;
        return format == PictureFormat.Jpeg ? Image.JpegloadSource(source, access: Access, failOn: FailOn)
            : format == PictureFormat.Png ? Image.PngloadSource(source, access: Access, failOn: FailOn)
            : format == PictureFormat.WebP ? Image.WebploadSource(source, n: frames, access: Access, failOn: FailOn)
            : format == PictureFormat.Gif ? Image.GifloadSource(source, n: frames, access: Access, failOn: FailOn)
            : format == PictureFormat.Tiff ? Image.TiffloadSource(source, access: Access, failOn: FailOn)
            : Image.HeifloadSource(source, access: Access, failOn: FailOn);
    }
}
