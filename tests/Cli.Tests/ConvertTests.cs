using System.IO.Compression;

namespace Playground.Cli.Tests;

public sealed class ConvertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("convert-").FullName;

    [Fact]
    public async Task Weights_that_are_none_are_refused_in_one_sentence_and_nothing_is_written()
    {
        await RefusedAsync("do not exist: './playground download fid-inception' fetches them", Path.Combine(_folder, "nowhere.pth"));
        await RefusedAsync("cannot be used as weights:", Write("not weights"u8.ToArray()));
        await RefusedAsync("cannot be used as weights: it asks for posix.system, and weights are made of tensors alone; nothing of it was "
            + "run.", Write(Pickled("cposix\nsystem\n"u8.ToArray())));
        await RefusedAsync("its tensors are not those of pytorch-fid's Inception: 472 missing (Conv2d_1a_3x3.conv.weight, ",
            Write(Pickled("}."u8.ToArray())));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task RefusedAsync(string words, string weights)
    {
        var onnx = Path.Combine(_folder, "out.onnx");
        var run = await Cli.RunAsync("convert", "fid-inception", weights, onnx);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.False(File.Exists(onnx));
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "weights.pth");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Pickled(byte[] pickle)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("archive/data.pkl").Open();
            entry.Write([0x80, 2, .. pickle]);
        }
        return stream.ToArray();
    }
}
