using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Files;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;

namespace Playground.Core.Tests.Files;

/// <summary>What people give in place of a model, an image or a list: each is told for what it is, by every reader that meets it.</summary>
public sealed class FileNatureTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    private static readonly Dictionary<string, (byte[] Bytes, string What, string Remedy)> s_files = new()
    {
        ["LFS pointer"] = ([.. "version https://git-lfs.github.com/spec/v1\noid sha256:01\nsize 9\n"u8], "a Git LFS pointer",
            "git lfs pull"),
        ["page"] = ([.. "\n <!DOCTYPE html>\n<html>"u8], "an HTML page", "download the file again"),
        ["bare page"] = ([.. "<html><body>"u8], "an HTML page", "download the file again"),
        ["server's answer"] = ([.. "{\"error\":\"Repository not found\"}"u8], "the error message of a server", "download the file again"),
        ["pickle"] = ([0x80, 2, (byte)'}', (byte)'q'], "pickled", "where you trust it"),
        ["checkpoint"] = (new ZipForge().Add("archive/data.pkl", [0x80, 2]).ToArray(), "a checkpoint of PyTorch, which is pickled",
            "convert it to safetensors"),
        ["npz"] = (new ZipForge().Add("train_images.npy", [1]).ToArray(), "a set of NumPy arrays", "save the images as PNG files"),
        ["npy"] = ([0x93, .. "NUMPY"u8, 1, 0], "a NumPy array", "PNG files"),
        ["Parquet"] = ([.. "PAR1"u8, 0], "a Parquet table", "datasets.load_dataset"),
        ["HDF5"] = ([0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n'], "an HDF5 file", "PNG files"),
        ["7z"] = ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0], "a 7z archive", "pack the files as zip"),
        ["RAR"] = ([.. "Rar!\x1a"u8], "a RAR archive", "pack the files as zip"),
        ["xz"] = ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "compressed by xz", "pack the files as zip"),
        ["Zstandard"] = ([0x28, 0xB5, 0x2F, 0xFD, 0], "compressed by Zstandard", "pack the files as zip"),
        ["gzip"] = ([0x1F, 0x8B, 8], "compressed by gzip", "pack the files as zip"),
        ["zip"] = (new ZipForge().Add("a.txt", [1]).ToArray(), "a zip archive", "unpack it first"),
        ["tar"] = ([.. new byte[257], .. "ustar\0"u8, .. new byte[249]], "a tar archive", "pack the files as zip"),
        ["GGUF"] = ([.. "GGUF"u8, 3, 0], "weights in GGUF", "safetensors"),
    };

    public static TheoryData<string> Files => [.. s_files.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Is_told_with_the_remedy_wherever_it_stands(string kind)
    {
        var (bytes, what, remedy) = s_files[kind];
        var config = Path.Combine(_model.Folder, "unet", "config.json");
        var image = Path.Combine(_model.Folder, "x.npy");
        File.WriteAllBytes(_model.Weights, bytes);
        Told(() => ModelFolder.Verify(_model.Folder));
        Told(() => ModelCatalog.Describe(_model.Folder));
        File.WriteAllBytes(config, bytes);
        // A server's answer is JSON, of another kind than a configuration.
        if (kind != "server's answer") Told(() => ModelFolder.Load(_model.Folder));
        Told(() => PictureFile.Decode(bytes));
        File.WriteAllBytes(image, bytes);
        if (kind != "npy" && bytes.Length >= 8) Told(() => NpyFile.Read(image));

        void Told(Action read)
        {
            var message = Assert.Throws<PlaygroundException>(read).Message;
            Assert.Contains(what, message, StringComparison.Ordinal);
            Assert.Contains(remedy, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Theory]
    [InlineData("data_batch_1")]
    [InlineData("cifar-100-python/train")]
    [InlineData("batches.meta")]
    public void CIFARs_Python_version_is_told_from_other_pickles(string name)
        => Assert.Contains("take the binary version", FileNature.Of([0x80, 3, 1], name)!.Sentence(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("_orig_mod.")]
    [InlineData("module.")]
    [InlineData("module._orig_mod.")]
    [InlineData("_orig_mod.module.")]
    public void Weights_of_a_compiled_or_distributed_model_load_without_its_prefix(string prefix)
    {
        using (var scope = TorchSharp.torch.NewDisposeScope())
            SafetensorsFile.Write(_model.Weights, SafetensorsFile.Read(_model.Weights).ToDictionary(t => prefix + t.Key, t => t.Value));
        ModelFolder.Verify(_model.Folder);
        using var model = ModelFolder.Load(_model.Folder);
        Assert.True(model.Summary.Parameters > 0);
    }

    [Fact]
    public void Of_many_tensors_that_do_not_fit_the_first_are_named_and_the_rest_counted()
    {
        using (var scope = TorchSharp.torch.NewDisposeScope())
            SafetensorsFile.Write(_model.Weights, SafetensorsFile.Read(_model.Weights).ToDictionary(t => "x" + t.Key, t => t.Value));
        var message = Assert.Throws<PlaygroundException>(() => ModelFolder.Load(_model.Folder)).Message;
        Assert.Matches(@"and \d+ more\. Use the config\.json", message);
        Assert.InRange(message.Length, 1, 1500);
    }
}
