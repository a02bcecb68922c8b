using System.Security.Cryptography;
using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class StoredDatasetTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("stored-").FullName, "set.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void What_is_written_is_read_back_and_the_hash_is_of_the_file()
    {
        var pictures = Enumerable.Range(0, 5).Select(i => RandomNumberGenerator.GetBytes(3 * 4 * 4)).ToArray();
        var hash = Write(pictures, ["cat", "dög"], [0, 1, 1, 0, 1], [null, "a \"dog\"", null, null, "x"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_path))), hash);

        using (var stored = StoredDataset.Open(_path, "pets")) Check(stored, pictures);
        Assert.Equal(hash, Write(pictures, ["cat", "dög"], [0, 1, 1, 0, 1], [null, "a \"dog\"", null, null, "x"]));
    }

    private static void Check(StoredDataset stored, byte[][] pictures)
    {
        Assert.Equal(("pets", 5, 3, 4, 4, 2),
            (stored.Name, stored.Count, stored.Channels, stored.Height, stored.Width, stored.Classes!.Value));
        var read = new byte[3 * 4 * 4];
        for (var i = 0; i < 5; i++)
        {
            stored.Read(i, read);
            Assert.Equal(pictures[i], read);
        }
        Assert.Equal([0, 1, 1, 0, 1], Enumerable.Range(0, 5).Select(stored.Label));
        Assert.Equal("dög", stored.ClassNames[1]);
        Assert.Equal((null, "a \"dog\""), (stored.Caption(0), stored.Caption(1)));
    }

    [Fact]
    public void Captions_are_made_of_any_field_and_images_that_lack_one_are_left_out()
    {
        Write([new byte[48], new byte[48], new byte[48]], ["fruit"], [0, 0, 0], ["red apple", null, "pear"],
            [new() { ["style"] = "noto", ["text_zh"] = "红苹果" }, new() { ["style"] = "flat" }, null]);
        using var stored = StoredDataset.Open(_path);
        Assert.Equal(("noto", null, null), (stored.Field(0, "style"), stored.Field(1, "text_zh"), stored.Field(2, "style")));
        Assert.Equal(["text", "style", "text_zh", "class"], StoredCaptions.NamesIn(stored));
        var captions = new StoredCaptions(stored, ["{text}, {style}", "{text_zh}", "a {class}, {style}"]);
        Assert.Equal((string[][])[["red apple, noto", "红苹果", "a fruit, noto"], ["a fruit, flat"]], captions.Captions);
        Assert.Contains("There is {text}, {style}, {text_zh}, {class}.",
            Assert.Throws<PlaygroundException>(() => new StoredCaptions(stored, ["{mood}"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_classes_and_captions_there_are_none()
    {
        Write([new byte[48]], [], [], []);
        using var stored = StoredDataset.Open(_path);
        Assert.Equal((null, 0, null), (stored.Classes, stored.Label(0), stored.Caption(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.Read(1, new byte[48]));
    }

    [Fact]
    public void A_label_beyond_the_classes_is_refused()
    {
        Write([new byte[48]], ["only"], [1], []);
        Assert.Contains("label 1", Assert.Throws<PlaygroundException>(() => StoredDataset.Open(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        Write([new byte[48]], ["only"], [0], []);
        using (var file = File.OpenWrite(_path)) file.SetLength(file.Length - 1);
        Assert.Throws<PlaygroundException>(() => StoredDataset.Open(_path));
    }

    private string Write(byte[][] pictures, string[] classes, int[] labels, string?[] captions,
        Dictionary<string, string>?[]? fields = null)
    {
        using var writer = new StoredDatasetWriter(_path, new StoredDatasetContents(pictures.Length, 3, 4, classes, labels, captions)
        { Fields = fields ?? [] });
        foreach (var picture in pictures) writer.Append(picture);
        return writer.Finish();
    }
}
