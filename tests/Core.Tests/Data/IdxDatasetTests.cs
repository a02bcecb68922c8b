using System.IO.Compression;
using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("idx-").FullName;

    private string Prefix => Path.Combine(_folder, "digits");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(byte[] images, byte[] labels)
    {
        using (var gz = new GZipStream(File.Create(Prefix + "-images-idx3-ubyte.gz"), CompressionLevel.Fastest)) gz.Write(images);
        File.WriteAllBytes(Prefix + "-labels-idx1-ubyte", labels);
    }

    [Fact]
    public void Pictures_and_labels_are_read_in_order()
    {
        Write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40], [0, 0, 8, 1, 0, 0, 0, 2, 4, 1]);
        var data = IdxDataset.Load(Prefix);
        var pixels = new byte[2];
        data.Read(1, pixels);
        Assert.Equal((2, 1, 2, 5, 1), (data.Count, data.Height, data.Width, data.Classes!.Value, data.Label(1)));
        Assert.Equal([30, 40], pixels);
    }

    [Fact]
    public void A_truncated_file_is_refused_by_name()
    {
        Write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10], [0, 0, 8, 1, 0, 0, 0, 2, 4, 1]);
        Assert.Contains("truncated", Assert.Throws<PlaygroundException>(() => IdxDataset.Load(Prefix)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_beyond_the_limit_is_refused_before_it_is_allocated()
    {
        Write([0, 0, 8, 3, 127, 0, 0, 2, 127, 0, 0, 1, 127, 0, 0, 2], [0, 0, 8, 1, 0, 0, 0, 0]);
        Assert.Contains("the limit is", Assert.Throws<PlaygroundException>(() => IdxDataset.Load(Prefix)).Message,
            StringComparison.Ordinal);
    }
}
