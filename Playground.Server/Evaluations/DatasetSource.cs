using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Evaluation.Pictures;
using Playground.Server.Datasets;

namespace Playground.Server.Evaluations;

/// <summary>A data set as the evaluation reads pictures.</summary>
/// <param name="pictures">Disposed with it, if it can be.</param>
/// <param name="hash">Of its contents.</param>
internal sealed class DatasetSource(IPictureDataset pictures, string hash) : IPictureSource
{
    private readonly Lock _lock = new();

    public string Name => pictures.Name;

    public string Form => $"pixels {pictures.Height}x{pictures.Width}x{pictures.Channels}";

    public int Count => pictures.Count;

    public string KnownHash => hash;

    public IReadOnlyList<SkippedPicture> LeftOut => [];

    public string NameOf(int index) => $"{pictures.Name}[{index}]";

    public string? ClassOf(int index) => pictures.Classes is null ? null : ClassNames.Of(pictures.Label(index));

    public PictureBatch Read(int index) => Read(index, 1);

    /// <summary>Pictures that follow each other, [N, H, W, C].</summary>
    public PictureBatch Read(int from, int count)
    {
        var plane = pictures.Height * pictures.Width;
        var planar = new byte[plane * pictures.Channels];
        var pixels = new byte[count * planar.Length];
        for (var n = 0; n < count; n++)
        {
            lock (_lock) pictures.Read(from + n, planar);
            for (var i = 0; i < plane; i++)
                for (var c = 0; c < pictures.Channels; c++) pixels[n * planar.Length + i * pictures.Channels + c] = planar[c * plane + i];
        }
        return new PictureBatch(count, pictures.Height, pictures.Width, pictures.Channels, pixels);
    }

    public byte[] ReadBytes(int index) => Read(index).Pixels;

    public void Dispose() => (pictures as IDisposable)?.Dispose();
}
