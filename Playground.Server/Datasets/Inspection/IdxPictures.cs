using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>IDX files: pictures one by one as they are read, labels whole.</summary>
internal static class IdxPictures
{
    private const long MaxBytes = 4L << 30;
    private const int MaxLabels = 10_000_000;

    public static void Take(string path, PeekStream stream, PictureQueue batch, Annotations annotations)
    {
        var size = IdxHeader.Read(stream, path, MaxBytes);
        if (size is [var count])
        {
            if (count > MaxLabels) throw new PlaygroundException($"it has {count:N0} labels; the limit is {MaxLabels:N0}");
            var labels = new byte[count];
            stream.ReadExactly(labels);
            annotations.AddLabels(path, labels);
            return;
        }
        if (size is not [var pictures, > 0 and <= 4096 and var height, > 0 and <= 4096 and var width])
            throw new PlaygroundException("it is IDX of another shape than pictures or labels have");
        for (var i = 0; i < pictures; i++)
        {
            var pixels = new byte[height * width];
            stream.ReadExactly(pixels);
            batch.Add(new PendingPicture($"{path}#{i}", null, new PictureBatch(1, height, width, 1, pixels))
            { LabelAt = new LabelReference(LabelsOf(path), i) });
        }
    }

    // train-images-idx3-ubyte.gz has its labels in train-labels-idx1-ubyte.gz, or without .gz.
    private static string LabelsOf(string path)
        => path.Replace("images", "labels", StringComparison.OrdinalIgnoreCase)
            .Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);

    public static string Key(string path) => IdxNames.KeyOf(path);
}
