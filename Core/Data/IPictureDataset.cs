using System.Globalization;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;

namespace Playground.Core.Data;

/// <summary>A set of images that are all of one size, with optional class labels: what a network can be trained on.</summary>
public interface IPictureDataset : IPictureSet
{
    /// <summary>1 or 3.</summary>
    int Channels { get; }

    /// <summary>In pixels.</summary>
    int Height { get; }

    /// <summary>In pixels.</summary>
    int Width { get; }

    /// <summary>Number of classes; null when the images have no labels.</summary>
    int? Classes { get; }

    /// <summary>The classes' names, by label; empty where only their number is known.</summary>
    IReadOnlyList<string> ClassNames => [];

    /// <summary>Sentences about what was done with what was there.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Writes image <paramref name="index"/> as [C, H, W], 0 to 255.</summary>
    void Read(int index, Span<byte> into);

    /// <summary>Class of image <paramref name="index"/>; 0 without labels.</summary>
    int Label(int index);

    string IPictureSet.Form => $"pixels {Height}x{Width}x{Channels}";

    string IPictureSet.NameOf(int index) => $"{Path.GetFileName(Name)}[{index}]";

    /// <summary>Its label, as a model knows it.</summary>
    string? IPictureSet.ClassOf(int index) => Classes is null ? null : Label(index).ToString(CultureInfo.InvariantCulture);

    PictureBatch IPictureSet.Read(int index)
    {
        var planar = new byte[Channels * Height * Width];
        Read(index, planar);
        return PictureBatch.FromPlanar(planar, Height, Width, Channels);
    }

    byte[] IPictureSet.ReadBytes(int index) => Read(index).Pixels;

    void IDisposable.Dispose()
    {
        // Most are held in memory.
    }
}
