using System.CommandLine;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Cli.Commands;

/// <summary>The flags that <c>evaluate</c> and <c>stats</c> share: the extractor, the cache, the seed.</summary>
internal static class ExtractorArguments
{
    private const string Off = "off";

    private static readonly Option<string?> s_features = new("--features") { Description = $"Extractor: '{FeatureExtractors.Bundled}', which comes with the program, or an ONNX file that 'convert fid-inception' wrote" };
    private static readonly Option<string?> s_preprocess = new("--preprocess") { Description = $"For an Inception file: {string.Join(", ", Preprocessing.ForInception.Select(p => p.Name))}; default the first" };
    private static readonly Option<string?> s_cache = new("--cache") { Description = $"Folder for what was taken of pictures, or '{Off}'; default {StatisticsCache.DefaultFolder}" };

    public static Option<int> Seed { get; } = new("--seed") { Description = "Decides subsets and resamples" };

    public static IReadOnlyList<Option> All { get; } = [s_features, s_preprocess, s_cache, Seed];

    public static bool IsNamed(ParseResult parsed) => parsed.GetValue(s_features) is not null;

    /// <exception cref="Core.PlaygroundException">There is no such extractor, or the preprocessing does not fit it.</exception>
    public static OnnxFeatureExtractor Open(ParseResult parsed) => FeatureExtractors.Open(parsed.GetValue(s_features) ?? FeatureExtractors.Bundled, parsed.GetValue(s_preprocess));

    public static StatisticsCache? Cache(ParseResult parsed) => parsed.GetValue(s_cache) is Off ? null : new StatisticsCache(parsed.GetValue(s_cache) ?? StatisticsCache.DefaultFolder);
}
