namespace Playground.Core.Data;

/// <summary>Images of one size with optional class labels, read by index.</summary>
public interface IPictureDataset
{
    /// <summary>Where the images came from, as a person would say it.</summary>
    string Name { get; }

    int Count { get; }

    int Channels { get; }

    int Height { get; }

    int Width { get; }

    /// <summary>Number of classes; null when the images have no labels.</summary>
    int? Classes { get; }

    /// <summary>The classes' names, by label; empty where only their number is known.</summary>
    IReadOnlyList<string> ClassNames => [];

    /// <summary>Files that were left out, each with the reason.</summary>
    IReadOnlyList<LeftOutFile> LeftOut => [];

    /// <summary>Sentences about what was done with what was there.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Writes image <paramref name="index"/> as [C, H, W], 0 to 255.</summary>
    void Read(int index, Span<byte> into);

    /// <summary>Class of image <paramref name="index"/>; 0 without labels.</summary>
    int Label(int index);
}
