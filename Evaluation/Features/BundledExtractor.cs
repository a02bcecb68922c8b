using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Features;

/// <summary>An extractor that comes with the program.</summary>
/// <param name="Id">What the command line and the API call it.</param>
/// <param name="Name">What reports and statistics call it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="FeaturesName">Its features in a score's name, such as "ResNet-18 features".</param>
/// <param name="Dimensions">D, the length of a feature vector.</param>
/// <param name="Preprocessing">The only one that it takes.</param>
/// <param name="Note">What its distances mean.</param>
public sealed record BundledExtractor(
    string Id, string Name, string Title, string FeaturesName, int Dimensions, Preprocessing Preprocessing, string Note)
{
    /// <summary>Reads handwritten digits: the right one for grey images of 28×28, and for those only.</summary>
    public static BundledExtractor Digits { get; } = new(
        "mnist", "mnist-features", "Digits (MNIST)", "digit features", 64, Preprocessing.Mnist,
        "For handwritten digits. Its distances compare with each other only, never with FID.");

    /// <summary>Knows the thousand classes of ImageNet.</summary>
    public static BundledExtractor ResNet18 { get; } = new(
        ResNet.ResNet18.Name, ResNet.ResNet18.Name, "ResNet-18 (ImageNet)", "ResNet-18 features",
        ResNet.ResNet18.Features, Preprocessing.ResNet18,
        "For color images of any kind. Its distances compare with each other only, never with FID.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BundledExtractor> All { get; } = [ResNet18, Digits];

    /// <summary>The one to take for images of one form, unless told.</summary>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="channels">1 or 3.</param>
    public static BundledExtractor For(int height, int width, int channels)
    {
        var (side, of) = (Preprocessing.Mnist.Size, Preprocessing.Mnist.Channels);
        return (height, width, channels) == (side, side, of) ? Digits : ResNet18;
    }

    /// <summary>The one that made features; null where it was another.</summary>
    public static BundledExtractor? Of(FeatureOrigin? origin) => All.FirstOrDefault(e => e.Name == origin?.Extractor);

    /// <summary>The one of that id; null where there is none.</summary>
    public static BundledExtractor? Find(string id) => All.FirstOrDefault(e => e.Id == id);

    /// <summary>Opens it.</summary>
    /// <exception cref="Core.PlaygroundException">Its files are not beside the program; or CUDA is asked for and not there.</exception>
    internal OnnxFeatureExtractor Open(ExtractorOptions? options) => this == Digits
        ? OnnxFeatureExtractor.Open(Name, Resource("mnist-features.onnx"), Preprocessing, options)
        : OnnxFeatureExtractor.Open(Name, onCuda => ResNet.ResNet18.Load(winograd: !onCuda), Preprocessing, options);

    private static byte[] Resource(string name)
    {
        using var resource = typeof(BundledExtractor).Assembly.GetManifestResourceStream(name)!;
        var model = new byte[resource.Length];
        resource.ReadExactly(model);
        return model;
    }
}
