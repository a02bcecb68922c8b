namespace Playground.Core.Data;

/// <summary>Images with captions.</summary>
public interface ICaptionedDataset : IPictureDataset
{
    /// <summary>The captions of each image, at least one.</summary>
    IReadOnlyList<IReadOnlyList<string>> Captions { get; }
}
