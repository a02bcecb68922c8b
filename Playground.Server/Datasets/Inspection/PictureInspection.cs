using System.Buffers.Binary;
using System.Security.Cryptography;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>A picture that waits for its inspection: a file as it came, or pixels out of IDX or CIFAR.</summary>
internal sealed record PendingPicture(string Name, byte[]? File, PictureBatch? Raw)
{
    public string? Label { get; init; }

    public LabelReference? LabelAt { get; init; }

    public long Bytes => File?.Length ?? Raw!.Pixels.Length;
}

/// <summary>A picture that is not taken: the kind of reason, which is counted, and the reason in full.</summary>
internal sealed class RejectedPictureException(string kind, string reason) : Exception(reason)
{
    public string Kind { get; } = kind;
}

/// <summary>Looks at one picture: its header first, then its pixels.</summary>
internal static class PictureInspection
{
    /// <returns>The picture and the file to keep.</returns>
    /// <exception cref="RejectedPictureException">It is damaged, or beyond the limits.</exception>
    public static (InspectedPicture Picture, byte[] File) Inspect(PendingPicture pending, PictureLimits limits)
    {
        var file = pending.File ?? PngFile.Encode(pending.Raw!);
        var (header, pixels) = Decode(file, pending.Raw, limits);
        var channels = IsGrey(pixels) ? 1 : 3;
        var picture = new InspectedPicture(pending.Name, pixels.Width, pixels.Height, channels, header.HasAlpha,
            pending.File is null ? "raw" : header.Format, Hash(pixels, channels), Fingerprint.Of(pixels))
        {
            Length = file.Length,
            Label = pending.Label,
            LabelAt = pending.LabelAt,
        };
        return (picture, file);
    }

    private static (PictureHeader, PictureBatch) Decode(byte[] file, PictureBatch? raw, PictureLimits limits)
    {
        try
        {
            // Any size, so that the size is judged here, where the reason can be counted by its kind.
            var header = PictureFile.ReadHeader(file,
                limits with { MaxWidth = int.MaxValue, MaxHeight = int.MaxValue, MaxPixels = long.MaxValue });
            if (header.Width > limits.MaxWidth || header.Height > limits.MaxHeight || (long)header.Width * header.Height > limits.MaxPixels)
            {
                throw new RejectedPictureException(
                    $"pictures larger than {limits.MaxWidth}×{limits.MaxHeight} or {limits.MaxPixels:N0} pixels",
                    $"it is {header.Width}×{header.Height}; the limit is {limits.MaxWidth}×{limits.MaxHeight} "
                        + $"and {limits.MaxPixels:N0} pixels. Make it smaller first.");
            }
            return (header, raw ?? PictureFile.Decode(file, limits: limits));
        }
        catch (PlaygroundException e)
        {
            throw new RejectedPictureException("damaged or unreadable pictures", e.Message);
        }
    }

    private static bool IsGrey(PictureBatch picture)
    {
        if (picture.Channels == 1) return true;
        for (var i = 0; i < picture.Pixels.Length; i += 3)
            if (picture.Pixels[i] != picture.Pixels[i + 1] || picture.Pixels[i] != picture.Pixels[i + 2]) return false;
        return true;
    }

    // Grey kept in three channels is the same picture as grey in one.
    private static string Hash(PictureBatch picture, int channels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> shape = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(shape, picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(shape[4..], picture.Height);
        BinaryPrimitives.WriteInt32LittleEndian(shape[8..], channels);
        hash.AppendData(shape);
        if (channels == picture.Channels) hash.AppendData(picture.Pixels);
        else
        {
            var grey = new byte[picture.Pixels.Length / 3];
            for (var i = 0; i < grey.Length; i++) grey[i] = picture.Pixels[3 * i];
            hash.AppendData(grey);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
