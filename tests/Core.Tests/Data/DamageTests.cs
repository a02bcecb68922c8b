using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Core.Imaging;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Data;

/// <summary>
/// Every reader of files, with every file that it reads damaged in every way: it reads what is there, or says what is wrong in a sentence
/// that names a file. Nothing else ever leaves it.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("damage-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Readers()
        => ["a folder of images", "IDX", "IDX in gzip", "CIFAR", "a NumPy array", "a packed data set",
        "safetensors", "a model's summary", "a model", "an adapter", "a training's checkpoint", "a zip", "a tar", "a tar in gzip",
        "images"];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Reads_or_says_what_is_wrong_whatever_is_damaged(string reader)
    {
        var (files, read) = Make(reader);
        read();
        var kept = files.ToDictionary(f => f, File.ReadAllBytes);
        var (tried, refused) = (0, 0);
        foreach (var file in files)
        {
            foreach (var way in Damage.Ways)
            {
                Damage.Do(file, way);
                if (Record.Exception(read) is { } fault)
                {
                    refused++;
                    Assert.True(fault is PlaygroundException, $"{Path.GetFileName(file)}, {way}: {fault}");
                    // Of an entry of an archive, a clause that goes behind its name.
                    Assert.Matches(reader.Contains("zip", StringComparison.Ordinal) || reader.Contains("tar", StringComparison.Ordinal)
                        ? @"^(it .*[^.]|\S.*\.)$" : @"^\S.*\.$", fault.Message);
                }
                tried++;
                if (Directory.Exists(file)) Directory.Delete(file);
                else File.Delete(file);
                File.WriteAllBytes(file, kept[file]);
            }
        }
        read();
        Assert.Equal(files.Count * Damage.Ways.Count, tried);
        Assert.True(refused > tried / 8, $"only {refused} of {tried} were refused");
    }

    // A byte that flips in a key makes it another's, which the ways above meet by chance.
    [Theory]
    [InlineData("a model's summary")]
    [InlineData("a model")]
    [InlineData("a training's checkpoint")]
    public void Reads_or_says_what_is_wrong_whichever_value_of_a_JSON_file_is_gone_null_or_of_another_kind(string reader)
    {
        var (files, read) = Make(reader);
        var tried = 0;
        foreach (var file in files.Where(f => Path.GetExtension(f) == ".json"))
        {
            var kept = File.ReadAllBytes(file);
            foreach (var path in PathsIn(JsonNode.Parse(kept)!))
            {
                foreach (var way in new[] { "gone", "null", "[null]", "{}", "\"word\"", "-1", "1e300" })
                {
                    var all = JsonNode.Parse(kept)!;
                    Put(all, path, way);
                    File.WriteAllText(file, all.ToJsonString());
                    if (Record.Exception(read) is { } fault)
                        Assert.True(fault is PlaygroundException, $"{Path.GetFileName(file)}, {string.Join('.', path)} {way}: {fault}");
                    tried++;
                }
            }
            File.WriteAllBytes(file, kept);
        }
        read();
        Assert.True(tried > 100);
    }

    private static IEnumerable<object[]> PathsIn(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => PathsIn(p.Value).Select(rest => (object[])[p.Key, .. rest]).Prepend([p.Key])),
        JsonArray list => list.SelectMany((v, i) => PathsIn(v).Select(rest => (object[])[i, .. rest]).Prepend([i])),
        _ => [],
    };

    private static void Put(JsonNode node, object[] path, string way)
    {
        foreach (var step in path[..^1]) node = step is int i ? node[i]! : node[(string)step]!;
        var value = way == "gone" ? null : JsonNode.Parse(way);
        if (path[^1] is int at)
        {
            if (way == "gone") node.AsArray().RemoveAt(at);
            else node[at] = value;
        }
        else if (way == "gone") node.AsObject().Remove((string)path[^1]);
        else node[(string)path[^1]] = value;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private (IReadOnlyList<string> Files, Action Read) Make(string reader)
    {
        switch (reader)
        {
            case "a folder of images":
                foreach (var i in Enumerable.Range(0, 2)) Write($"images/{i}.png", Png(i));
                // One alone, so that what is wrong with it is said.
                return ([At("images/1.png")], () =>
                {
                    File.Delete(At("images/0.png"));
                    Touch(ImageFolderDataset.Load(At("images"), 8, 3));
                }
                );
            case "IDX":
            case "IDX in gzip":
                IdxPair.WriteNoise(_folder, "train", 5, 4);
                string[] pair = [At("train-images-idx3-ubyte"), At("train-labels-idx1-ubyte")];
                if (reader == "IDX") return (pair, () => Touch(IdxDataset.Load(At("train"))));
                foreach (var file in pair)
                {
                    File.WriteAllBytes(file + ".gz", Gzip(File.ReadAllBytes(file)));
                    File.Delete(file);
                }
                return ([.. pair.Select(f => f + ".gz")], () => Touch(IdxDataset.Load(At("train"))));
            case "CIFAR":
                Write("data_batch_1.bin", [.. Enumerable.Range(0, 3).SelectMany(i => new[] { (byte)i }.Concat(new byte[3072]))]);
                return ([At("data_batch_1.bin")], () => Touch(CifarDataset.Load(_folder)));
            case "a NumPy array":
                NpyFile.Write(At("x.npy"), [1, 2, 3, 4, 5, 6], [2, 3]);
                return ([At("x.npy")], () => NpyFile.Read(At("x.npy")).ToSingles());
            case "a packed data set":
                using (var writer = new StoredDatasetWriter(At("set.safetensors"), new(2, 1, 4, ["cat", "dog"], [0, 1], ["a cat", null])))
                {
                    for (var i = 0; i < 2; i++) writer.Append(new byte[16]);
                    writer.Finish();
                }
                return ([At("set.safetensors")], () =>
                {
                    using var set = StoredDataset.Open(At("set.safetensors"));
                    Touch(set);
                    _ = set.Caption(0);
                }
                );
            case "safetensors":
                SafetensorsFile.Write(At("x.safetensors"), new Dictionary<string, Tensor> { ["a"] = arange(6), ["b"] = ones(3) });
                return ([At("x.safetensors")], () => SafetensorsFile.Each(At("x.safetensors"), (_, value) => value.sum()));
            case "a model's summary":
            case "a model":
                var model = MakeModel("model");
                Action load = reader == "a model" ? () => ModelFolder.Load(model).Dispose() : () => ModelCatalog.Describe(model);
                return ([.. Directory.GetFiles(model, "*", SearchOption.AllDirectories).Order()], load);
            case "an adapter":
                LoraFile.Write(At(LoraFile.Name), new Dictionary<string, Tensor> { ["x.lora_A.weight"] = ones(2, 3) },
                    new LoraOptions(2, 2),
                    ["x"]);
                return ([At(LoraFile.Name)], () =>
                {
                    using var scope = NewDisposeScope();
                    LoraFile.Read(At(LoraFile.Name));
                }
                );
            case "a training's checkpoint":
                using (var trainer = Trainer()) trainer.Run();
                return ([.. Directory.GetFiles(At("run/checkpoints"), "*", SearchOption.AllDirectories).Order()], () =>
                {
                    using var trainer = Trainer();
                    trainer.Resume();
                }
                );
            case "a zip":
                Write("x.zip", new ZipForge().Add("a/1.png", Png(1)).Add("a/2.txt", new byte[300], deflate: true).ToArray());
                return ([At("x.zip")], () => ReadAll(At("x.zip")));
            case "a tar":
                Write("x.tar", Tar());
                return ([At("x.tar")], () => ReadAll(At("x.tar")));
            case "a tar in gzip":
                Write("x.tar.gz", Gzip(Tar()));
                return ([At("x.tar.gz")], () => ReadAll(At("x.tar.gz")));
            default:
                var recorded = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "decoding");
                string[] names = ["gray.png", "interlaced.png", "rgb-420.jpg", "progressive-444.jpg", "lossy.webp", "animated.gif",
                    "rgb-lzw.tif"];
                foreach (var name in names) Write(name, File.ReadAllBytes(Path.Combine(recorded, name)));
                return ([.. names.Select(At)], () =>
                {
                    foreach (var name in names)
                    {
                        byte[] bytes;
                        // What is no file is a matter of those who list files, not of the decoder.
                        try { bytes = File.ReadAllBytes(At(name)); }
                        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { continue; }
                        PictureFile.ReadHeader(bytes);
                        PictureFile.Decode(bytes, 8, 3);
                        if (name.EndsWith(".png", StringComparison.Ordinal)) PngFile.ReadText(bytes);
                    }
                }
                );
        }
    }

    private string MakeModel(string name)
    {
        using var tiny = new TinyModel();
        foreach (var file in Directory.GetFiles(tiny.Folder, "*", SearchOption.AllDirectories))
            Write(Path.Combine(name, Path.GetRelativePath(tiny.Folder, file)), File.ReadAllBytes(file));
        return At(name);
    }

    private Trainer Trainer() => new(new Grays(), TinyModel.Config with { NumClassEmbeds = null },
        new TrainingOptions { Steps = 1, BatchSize = 1, WarmupSteps = 0 }, At("run"));

    private static void ReadAll(string path)
    {
        using var source = EntrySource.Open(path, Path.GetFileName(path), new ArchiveBudget(new ArchiveLimits()));
        foreach (var entry in source.Read())
        {
            if (entry.IsFolder || entry.Problem is not null) continue;
            using var stream = entry.Open();
            stream.CopyTo(Stream.Null);
        }
    }

    private static void Touch(IPictureDataset data)
    {
        var pixels = new byte[data.Channels * data.Height * data.Width];
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, pixels);
            Assert.InRange(data.Label(i), 0, Math.Max((data.Classes ?? 1) - 1, 0));
        }
    }

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
    }

    private static byte[] Png(int seed)
    {
        var pixels = new byte[8 * 8 * 3];
        new Random(seed).NextBytes(pixels);
        return PngFile.Encode(new PictureBatch(1, 8, 8, 3, pixels));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Tar()
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, leaveOpen: true))
            foreach (var i in Enumerable.Range(0, 2))
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"a/{i}.png") { DataStream = new MemoryStream(Png(i)) });
        return packed.ToArray();
    }

    /// <summary>Four gray images.</summary>
    private sealed class Grays : IPictureDataset
    {
        public string Name => "grays";

        public int Count => 4;

        public int Channels => 1;

        public int Height => 8;

        public int Width => 8;

        public int? Classes => null;

        public void Read(int index, Span<byte> into) => into.Fill((byte)(index * 60));

        public int Label(int index) => 0;
    }
}
