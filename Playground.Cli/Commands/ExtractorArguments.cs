using System.CommandLine;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Cli.Commands;

/// <summary>The flags that <c>evaluate</c> and <c>stats</c> share: the extractor, the cache, the seed.</summary>
internal static class ExtractorArguments
{
    private const string Off = "off";

    private static readonly Option<string?> s_features = new("--features")
    {
        Description = $"Extractor: {FeatureExtractors.BundledIds}, which come along, or an ONNX file that 'convert fid-inception' wrote; "
            + $"default '{BundledExtractor.Digits.Id}' for grey images of 28x28, '{BundledExtractor.ResNet18.Id}' for all others",
    };

    private static readonly Option<string?> s_preprocess = new("--preprocess")
    { Description = $"For an Inception file: {string.Join(", ", Preprocessing.ForInception.Select(p => p.Name))}; default the first" };
    private static readonly Option<string?> s_cache = new("--cache")
    {
        Description =
    $"Folder for what was taken of pictures, whole or until it was cut off; or '{Off}'; default {StatisticsCache.DefaultFolder}"
    };

    public static Option<int> Seed { get; } = new("--seed") { Description = "Decides subsets and resamples" };

    public static IReadOnlyList<Option> All { get; } = [s_features, s_preprocess, s_cache, Seed];

    public static bool IsNamed(ParseResult parsed) => parsed.GetValue(s_features) is not null;

    /// <param name="parsed">The command line.</param>
    /// <param name="suited">Which bundled extractor suits the images, asked where the command line names none.</param>
    /// <exception cref="Core.PlaygroundException">There is no such extractor, or the preprocessing does not fit it.</exception>
    public static OnnxFeatureExtractor Open(ParseResult parsed, Func<BundledExtractor> suited)
        => FeatureExtractors.Open(parsed.GetValue(s_features) ?? suited().Id, parsed.GetValue(s_preprocess));

    public static StatisticsCache? Cache(ParseResult parsed)
        => parsed.GetValue(s_cache) is Off ? null : new StatisticsCache(parsed.GetValue(s_cache) ?? StatisticsCache.DefaultFolder);
}
