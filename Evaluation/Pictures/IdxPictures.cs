using System.Globalization;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Pictures;

/// <summary>The pictures of a data set in MNIST's form, which is held in memory.</summary>
internal sealed class IdxPictures(IdxDataset data) : IPictureSource
{
    public string Name => data.Name;

    public int Count => data.Count;

    public IReadOnlyList<SkippedPicture> LeftOut => [];

    public string Form => $"idx {data.Height}x{data.Width}";

    /// <exception cref="PlaygroundException">A file is missing, truncated, or not IDX; or there are no pictures in it.</exception>
    public static IdxPictures Open(string prefix)
    {
        var data = IdxDataset.Load(prefix);
        return data.Count > 0 ? new IdxPictures(data) : throw new PlaygroundException($"'{prefix}' holds no pictures.");
    }

    public string NameOf(int index) => $"{Path.GetFileName(Name)}[{index}]";

    public string? ClassOf(int index) => data.Classes is null ? null : data.Label(index).ToString(CultureInfo.InvariantCulture);

    public PictureBatch Read(int index) => new(1, data.Height, data.Width, 1, ReadBytes(index));

    public byte[] ReadBytes(int index)
    {
        var pixels = new byte[data.Height * data.Width];
        data.Read(index, pixels);
        return pixels;
    }

    public void Dispose()
    {
    }
}
