using Playground.Core;
using Playground.Core.Data;

namespace Playground.Evaluation.Features;

/// <summary>Opens an extractor by what a person calls it.</summary>
public static class FeatureExtractors
{
    private const long MaxBytes = 1 << 30;

    /// <summary>The ids of the bundled extractors, for sentences.</summary>
    public static string BundledIds { get; } = string.Join(" or ", BundledExtractor.All.Select(e => $"'{e.Id}'"));

    /// <summary>Opens a bundled extractor, or an ONNX file.</summary>
    /// <param name="features">An id of <see cref="BundledExtractor.All"/>, or the path of a file that <c>convert</c> wrote.</param>
    /// <param name="preprocessing">For a file: pytorch-fid (taken when null), tf1 or clean. A bundled extractor has its own.</param>
    /// <param name="options">The defaults when null.</param>
    /// <exception cref="PlaygroundException">No such file, not a model, one with other inputs or outputs, or a preprocessing that does not
    /// fit.</exception>
    public static OnnxFeatureExtractor Open(string features, string? preprocessing = null, ExtractorOptions? options = null)
    {
        if (BundledExtractor.Find(features) is { } bundled)
        {
            return preprocessing is null || preprocessing == bundled.Preprocessing.Name
                ? bundled.Open(options)
                : throw new PlaygroundException(
                    $"The bundled extractor '{features}' has its own preprocessing: leave '{preprocessing}' out, or give an Inception "
                        + "file.");
        }
        if (!File.Exists(features))
        {
            throw new PlaygroundException(
                $"There is no extractor '{features}': give {BundledIds}, or an ONNX file that 'convert fid-inception' wrote.");
        }
        if (new FileInfo(features) is { Length: > MaxBytes and var length })
            throw new PlaygroundException($"'{features}' has {length:N0} bytes; the limit is {MaxBytes:N0}.");
        var chosen = preprocessing is null ? Preprocessing.PytorchFid : Preprocessing.Named(preprocessing);
        return OnnxFeatureExtractor.Open(Path.GetFileNameWithoutExtension(features),
            FileReading.Of(features, () => File.ReadAllBytes(features)), chosen, options);
    }
}
