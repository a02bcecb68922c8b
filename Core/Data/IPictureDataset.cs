namespace Playground.Core.Data;

/// <summary>Pictures of one size with optional class labels, read by index.</summary>
public interface IPictureDataset
{
    /// <summary>Where the pictures came from, as a person would say it.</summary>
    string Name { get; }

    int Count { get; }

    int Channels { get; }

    int Height { get; }

    int Width { get; }

    /// <summary>Number of classes; null when the pictures have no labels.</summary>
    int? Classes { get; }

    /// <summary>Writes picture <paramref name="index"/> as [C, H, W], 0 to 255.</summary>
    void Read(int index, Span<byte> into);

    /// <summary>Class of picture <paramref name="index"/>; 0 without labels.</summary>
    int Label(int index);
}
