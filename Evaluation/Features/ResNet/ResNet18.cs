using System.Security.Cryptography;
using Google.Protobuf;
using Playground.Core;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Features.ResNet;

/// <summary>
/// ResNet-18 (He et al. 2015) trained on ImageNet, up to its last pooling, with its own preprocessing: channels in the order blue,
/// green, red, less the mean image of its training set. Both are from the package Microsoft.ML.DnnImageFeaturizer.ResNet18, whose last
/// stage has a third block; its graphs, which take one image at a time, are built anew for any number.
/// </summary>
/// <remarks>
/// Input <c>pictures</c>, float [N, 3, 224, 224], red, green, blue, 0 to 255; output <c>features</c> [N, 512], none below 0.
/// </remarks>
internal static class ResNet18
{
    /// <summary>What reports call it, and what its file says of itself.</summary>
    public const string Name = "resnet18-imagenet";

    public const int Size = 224, Features = 512;

    internal const string NetworkFile = "ResNet18.onnx", PreprocessingFile = "ResNetPreprocess.onnx";

    /// <summary>Where the package's files are beside the program.</summary>
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "extractors");

    /// <summary>The network, and the SHA-256 of both files' SHA-256.</summary>
    /// <param name="winograd">
    /// Whether to use Winograd's method, which is the fast one on a processor; features differ by no more than float32's rounding.
    /// </param>
    /// <param name="folder">Where the files are; null: beside the program.</param>
    /// <exception cref="PlaygroundException">The files are not there, or are damaged.</exception>
    public static (byte[] Model, string Hash) Load(bool winograd, string? folder = null)
    {
        folder ??= Folder;
        var (network, preprocessing) = (Read(folder, NetworkFile), Read(folder, PreprocessingFile));
        try
        {
            var graph = Build(OnnxFile.Read(network), OnnxFile.Read(preprocessing).Constant("MeanImage"), winograd);
            var hash = SHA256.HashData([.. SHA256.HashData(network), .. SHA256.HashData(preprocessing)]);
            return (graph.ToArray(), Convert.ToHexStringLower(hash));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new PlaygroundException(
                $"The files of ResNet-18 in '{folder}' are damaged ({e.Message}): build again, or name another extractor.", e);
        }
    }

    private static OnnxGraph Build(OnnxFile network, ReadOnlySpan<float> mean, bool winograd)
    {
        if (network.Nodes.Count == 0) throw new FormatException("there is no network in it");
        const int Plane = Size * Size;
        // The file's mean is in the order blue, green, red.
        float[] turned = [.. mean[(2 * Plane)..], .. mean[Plane..(2 * Plane)], .. mean[..Plane]];
        var graph = new ResNetGraph(Name, network, winograd).Build(turned, Size);
        graph.Metadata("extractor", Name);
        return graph;
    }

    private static byte[] Read(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path)
            ? File.ReadAllBytes(path)
            : throw new PlaygroundException($"The file '{path}' of ResNet-18 is missing: build again, or name another extractor.");
    }
}
