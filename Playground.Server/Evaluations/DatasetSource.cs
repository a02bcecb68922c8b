using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Evaluation.Pictures;

namespace Playground.Server.Evaluations;

/// <summary>A data set as the evaluation reads pictures; the data set stays its holder's.</summary>
internal sealed class DatasetSource(IPictureDataset pictures) : IPictureSource
{
    private readonly Lock _lock = new();

    public string Name => pictures.Name;

    public string Form => $"pixels {pictures.Height}x{pictures.Width}x{pictures.Channels}";

    public int Count => pictures.Count;

    public IReadOnlyList<SkippedPicture> LeftOut => [];

    public string NameOf(int index) => $"{pictures.Name}[{index}]";

    public string? ClassOf(int index) => pictures.Classes is null ? null : RealPictures.ClassName(pictures.Label(index));

    public PictureBatch Read(int index)
    {
        lock (_lock) return RealPictures.Read(pictures, index, 1);
    }

    public byte[] ReadBytes(int index) => Read(index).Pixels;

    public void Dispose()
    {
        // Nothing is held.
    }
}
