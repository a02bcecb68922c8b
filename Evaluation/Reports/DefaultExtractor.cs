using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Reports;

/// <summary>Which bundled extractor suits what is to be compared, where nobody named one.</summary>
public static class DefaultExtractor
{
    /// <param name="real">Statistics decide by what they were made with; otherwise these images decide.</param>
    /// <param name="generated">The other side.</param>
    /// <exception cref="PlaygroundException">Statistics are of another extractor, or do not say of which; no image can be read.</exception>
    public static BundledExtractor For(EvaluationInput? real, EvaluationInput generated)
    {
        if (real?.Statistics is { } ofReal) return Of(real.Name, ofReal.Origin);
        if (generated.Statistics is { } ofGenerated) return Of(generated.Name, ofGenerated.Origin);
        return For((real ?? generated).Pictures!);
    }

    /// <summary>The one for a set of images, by the first that can be read.</summary>
    /// <exception cref="PlaygroundException">None can be read.</exception>
    public static BundledExtractor For(IPictureSet images)
    {
        PlaygroundException? problem = null;
        for (var i = 0; i < images.Count; i++)
        {
            try
            {
                var image = images.Read(i);
                return BundledExtractor.For(image.Height, image.Width, image.Channels);
            }
            catch (PlaygroundException e)
            {
                problem ??= e;
            }
        }
        var reason = problem is null ? "" : $" '{images.NameOf(0)}': {problem.Message}";
        throw new PlaygroundException($"None of the {images.Count} images of '{images.Name}' can be read.{reason}", problem!);
    }

    private static BundledExtractor Of(string name, FeatureOrigin? origin)
    {
        if (BundledExtractor.Of(origin) is { } bundled) return bundled;
        if (origin is null)
            throw new PlaygroundException(
                $"'{name}' does not say whose features its statistics are of: name the extractor with --features.");
        var help = origin.Extractor == FidInception.Name ? " ('./playground download fid-inception' fetches its weights)" : "";
        var whose = $"The statistics '{name}' are of the extractor '{origin.Extractor}'";
        throw new PlaygroundException($"{whose}: give its ONNX file with --features{help}.");
    }
}
