using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;
using Playground.Server.Datasets;

namespace Playground.Server.Evaluations;

/// <summary>The pictures of a combination as the evaluation reads pictures; the file stays its holder's.</summary>
internal sealed class GradedSource(string name, GradedPictures pictures) : IPictureSet
{
    private readonly Lock _lock = new();

    public string Name => name;

    public string Form => "pixels";

    public int Count => pictures.Count;

    public IReadOnlyList<LeftOutFile> LeftOut => [];

    public string NameOf(int index) => $"{name}[{index}]";

    public string? ClassOf(int index) => LabelOf(index) is >= 0 and var label ? ClassNames.Of(label) : null;

    /// <summary>The class of a picture; -1: none.</summary>
    public int LabelOf(int index)
    {
        lock (_lock) return pictures.Label(index);
    }

    public PictureBatch Read(int index)
    {
        lock (_lock) return pictures.Picture(index);
    }

    public byte[] ReadBytes(int index) => Read(index).Pixels;

    public void Dispose()
    {
        // Nothing is held.
    }
}
