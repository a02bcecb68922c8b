using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class CifarDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cifar-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_files_of_a_folder_are_read_in_order()
    {
        File.WriteAllBytes(Path.Combine(_folder, "data_batch_2.bin"), Record(9, 30));
        File.WriteAllBytes(Path.Combine(_folder, "data_batch_1.bin"), [.. Record(1, 10), .. Record(2, 20)]);
        var data = CifarDataset.Load(_folder);
        Assert.Equal((3, 3, 32, 32, 10), (data.Count, data.Channels, data.Height, data.Width, data.Classes!.Value));
        Assert.Equal([1, 2, 9], Enumerable.Range(0, 3).Select(data.Label));
        var pixels = new byte[3072];
        data.Read(1, pixels);
        Assert.Equal((20, 21, 22), (pixels[0], pixels[1024], pixels[2048]));
    }

    [Fact]
    public void In_cifar_100_the_fine_label_is_the_class()
    {
        var file = Path.Combine(_folder, "train.bin");
        File.WriteAllBytes(file, [4, .. Record(77, 1)]);
        var data = CifarDataset.Load(file);
        Assert.Equal((1, 100, 77), (data.Count, data.Classes!.Value, data.Label(0)));
    }

    [Theory]
    [InlineData(3072, "not whole records")]
    [InlineData(0, "not whole records")]
    public void A_file_of_another_length_is_refused(int length, string expected)
    {
        var file = Path.Combine(_folder, "x.bin");
        File.WriteAllBytes(file, new byte[length]);
        Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => CifarDataset.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_cifar_has_not_is_refused()
    {
        var file = Path.Combine(_folder, "x.bin");
        File.WriteAllBytes(file, [.. Record(1, 10), .. Record(200, 20)]);
        Assert.Contains("label 200", Assert.Throws<PlaygroundException>(() => CifarDataset.Load(file)).Message, StringComparison.Ordinal);
    }

    private static byte[] Record(byte label, byte red) => [label, .. Plane(red), .. Plane((byte)(red + 1)), .. Plane((byte)(red + 2))];

    private static byte[] Plane(byte value) => [.. Enumerable.Repeat(value, 1024)];
}
