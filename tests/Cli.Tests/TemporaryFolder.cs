using System.Buffers.Binary;

namespace Playground.Cli.Tests;

/// <summary>A folder with a small IDX data set of two classes and a small configuration; removed afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        var images = new byte[16 + 20 * 64];
        new byte[] { 0, 0, 8, 3 }.CopyTo(images, 0);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4), 20);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), 8);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), 8);
        for (var i = 16; i < images.Length; i++) images[i] = (byte)(i * 7);
        File.WriteAllBytes(Data + "-images-idx3-ubyte", images);
        File.WriteAllBytes(Data + "-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 20, .. Enumerable.Range(0, 20).Select(i => (byte)(i % 2))]);
        File.WriteAllText(Config, """
            {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [8, 8], "layers_per_block": 1,
             "norm_num_groups": 4, "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"]}
            """);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("cli-").FullName;

    public string Data => Path.Combine(Root, "data");

    public string Config => Path.Combine(Root, "config.json");

    public string At(string name) => Path.Combine(Root, name);

    public string[] Train(string folder, int steps, params string[] more)
        => ["train", "--data", Data, "--model-config", Config, "--out", At(folder), "--steps", $"{steps}", "--batch", "4",
            "--class-conditional", .. more];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
