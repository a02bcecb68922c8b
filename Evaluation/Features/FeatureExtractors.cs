using Playground.Core;

namespace Playground.Evaluation.Features;

/// <summary>Opens an extractor by what a person calls it.</summary>
public static class FeatureExtractors
{
    /// <summary>The name of the extractor that comes with the program.</summary>
    public const string Bundled = "mnist";

    private const long MaxBytes = 1 << 30;

    /// <summary>Opens the bundled extractor, or an ONNX file.</summary>
    /// <param name="features"><c>mnist</c>, or the path of a file such as <c>convert fid-inception</c> writes.</param>
    /// <param name="preprocessing">For a file: pytorch-fid (taken when null), tf1 or clean. The bundled extractor has its own.</param>
    /// <param name="options">The defaults when null.</param>
    /// <exception cref="PlaygroundException">No such file, not a model, one with other inputs or outputs, or a preprocessing that does not fit.</exception>
    public static OnnxFeatureExtractor Open(string features, string? preprocessing = null, ExtractorOptions? options = null)
    {
        if (features == Bundled)
        {
            return preprocessing is null || preprocessing == Preprocessing.Mnist.Name
                ? OnnxFeatureExtractor.Open("mnist-features", BundledModel(), Preprocessing.Mnist, options)
                : throw new PlaygroundException($"The bundled extractor '{Bundled}' has its own preprocessing: leave '{preprocessing}' out, or give an Inception file.");
        }
        if (!File.Exists(features)) throw new PlaygroundException($"There is no extractor '{features}': give '{Bundled}', or an ONNX file that 'convert fid-inception' wrote.");
        if (new FileInfo(features).Length > MaxBytes) throw new PlaygroundException($"'{features}' has {new FileInfo(features).Length:N0} bytes; the limit is {MaxBytes:N0}.");
        var chosen = preprocessing is null ? Preprocessing.PytorchFid : Preprocessing.Named(preprocessing);
        return OnnxFeatureExtractor.Open(Path.GetFileNameWithoutExtension(features), File.ReadAllBytes(features), chosen, options);
    }

    private static byte[] BundledModel()
    {
        using var resource = typeof(FeatureExtractors).Assembly.GetManifestResourceStream("mnist-features.onnx")!;
        var model = new byte[resource.Length];
        resource.ReadExactly(model);
        return model;
    }
}
