using System.Globalization;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>CIFAR's binary files, record by record. Classes are numbers until a list of their names is met.</summary>
internal static class CifarPictures
{
    public static void Take(string path, int labelBytes, PeekStream stream, PictureQueue batch)
    {
        var record = new byte[labelBytes + CifarRecords.PictureSize];
        for (var i = 0; stream.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) is > 0 and var read; i++)
        {
            if (read < record.Length) throw new PlaygroundException("it is cut off or damaged");
            batch.Add(new PendingPicture($"{path}#{i}", null, Picture(record.AsSpan(labelBytes)))
            { Label = CifarRecords.Label(record, labelBytes).ToString(CultureInfo.InvariantCulture) });
        }
    }

    private static PictureBatch Picture(ReadOnlySpan<byte> planar)
        => PictureBatch.FromPlanar(planar, CifarRecords.Side, CifarRecords.Side, CifarRecords.Channels);
}
