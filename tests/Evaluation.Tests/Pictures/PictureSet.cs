using System.IO.Compression;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Tests.Pictures;

/// <summary>A folder of pictures that a test makes; removed afterwards.</summary>
internal sealed class PictureSet : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("pictures-").FullName;

    public static byte[] Png(byte level, int height = 6, int width = 8, int channels = 3)
        => PngFile.Encode(new PictureBatch(1, height, width, channels, [.. Enumerable.Repeat(level, height * width * channels)]));

    public string At(string name) => Path.Combine(Root, name);

    public PictureSet Add(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
        return this;
    }

    public string Zip(params (string Name, byte[] Bytes)[] entries)
    {
        var path = At($"{Guid.NewGuid():N}.zip");
        using var file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(bytes);
        }
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
