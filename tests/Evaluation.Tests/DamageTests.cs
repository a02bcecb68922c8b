using System.IO.Compression;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Tests;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Torch;
using Playground.Evaluation.Statistics;
using Playground.Evaluation.Tests.Pictures;

namespace Playground.Evaluation.Tests;

/// <summary>Every reader of files that evaluations have, with its file damaged in every way; see Core's test of the same name.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly PictureSet _set = new();

    public void Dispose() => _set.Dispose();

    public static TheoryData<string> Readers() => ["a folder", "a zip", "a zip with bytes in front", "NumPy images", "CIFAR", "IDX",
        "statistics", "a PyTorch file", "an old PyTorch file", "an ONNX file", "prompts", "prompts with names"];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Reads_or_says_what_is_wrong_whatever_is_damaged(string reader)
    {
        var (file, read) = Make(reader);
        read();
        var kept = File.ReadAllBytes(file);
        foreach (var way in Damage.Ways)
        {
            Damage.Do(file, way);
            var fault = Record.Exception(read);
            Assert.True(fault is null or PlaygroundException, $"{way}: {fault}");
            if (Directory.Exists(file)) Directory.Delete(file);
            else File.Delete(file);
            File.WriteAllBytes(file, kept);
        }
        read();
    }

    private (string File, Action Read) Make(string reader)
    {
        switch (reader)
        {
            case "a folder": return (_set.Add("images/1.png", PictureSet.Png(1)).At("images/1.png"), () => All(_set.At("images")));
            case "a zip": return Images(File.ReadAllBytes(_set.Zip(("a/1.png", PictureSet.Png(1)), ("2.png", PictureSet.Png(2)))), "x.zip");
            case "a zip with bytes in front":
                var zip = File.ReadAllBytes(_set.Zip(("a/1.png", PictureSet.Png(1)), ("2.png", PictureSet.Png(2))));
                return Images([.. new byte[77], .. zip], "x.zip");
            case "NumPy images":
                using (var npy = new MemoryStream())
                {
                    NpyFile.Write(npy, new NpyArray("u1", [2, 4, 4, 3], new byte[96]));
                    return Images(npy.ToArray(), "x.npy");
                }
            case "CIFAR": return Images(new byte[2 * 3073], "data_batch_1.bin");
            case "IDX":
                IdxPair.WriteNoise(_set.Root, "x", 3, 4);
                return (_set.At("x-images-idx3-ubyte"), () => All(_set.At("x")));
            case "statistics":
                var file = new StatisticsFile(new FeatureStatistics([1, 2], [1, 0, 0, 1], 5), new FeatureOrigin("e", "p", "w"));
                file.Write(_set.At("x.npz"));
                return (_set.At("x.npz"), () => StatisticsFile.Read(_set.At("x.npz")));
            case "a PyTorch file":
                return Copied("small-zip.pth", f => TorchFile.Read(f));
            case "an old PyTorch file":
                return Copied("small-legacy.pth", f => TorchFile.Read(f));
            case "an ONNX file":
                return Copied("extractor-tiny.onnx", f => FeatureExtractors.Open(f).Dispose());
            case "prompts": return (_set.Add("p.txt", "a\nb\n"u8.ToArray()).At("p.txt"), () => PromptFile.Load(_set.At("p.txt")));
            default:
                var lines = "{\"file_name\": \"1.png\", \"prompt\": \"a\"}\n"u8.ToArray();
                return (_set.Add("p.jsonl", lines).At("p.jsonl"), () => PromptFile.Load(_set.At("p.jsonl")));
        }
    }

    private (string File, Action Read) Images(byte[] bytes, string name) => (_set.Add(name, bytes).At(name), () => All(_set.At(name)));

    private (string File, Action Read) Copied(string name, Action<string> read)
    {
        var source = Path.Combine(Repository.Root, "tests", "Evaluation.Tests", "Recordings", name);
        var path = _set.Add(name, File.ReadAllBytes(source)).At(name);
        return (path, () => read(path));
    }

    // What of it cannot be read is left out, each image with its reason; the whole is refused where nothing is left to read.
    private static void All(string path)
    {
        using var source = PictureSets.Open(path);
        PictureSets.Hash(source);
        for (var i = 0; i < source.Count; i++)
        {
            _ = source.ClassOf(i);
            try
            {
                source.Read(i);
            }
            catch (PlaygroundException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }
}
