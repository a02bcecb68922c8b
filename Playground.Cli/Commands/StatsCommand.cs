using System.CommandLine;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;

namespace Playground.Cli.Commands;

/// <summary><c>stats</c>: takes reference statistics of pictures, in a file that pytorch-fid reads too.</summary>
internal static class StatsCommand
{
    private static readonly Argument<string> s_data = new("data") { Description = "Folder, .zip, IDX, CIFAR .bin or .npy" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "The .npz to write" };
    private static readonly Option<bool> s_keep = new("--keep-features")
    { Description = "Keep the pictures' features in the file too, so that all scores can be taken against it" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("stats", "Take reference statistics of pictures") { s_data, s_out, s_keep, s_json };
        foreach (var option in ExtractorArguments.All) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var path = parsed.GetRequiredValue(s_out);
        if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            throw new Core.PlaygroundException($"--out is '{path}'; it must end in .npz.");
        using var display = new EvaluateDisplay();
        using var source = PictureSets.Open(parsed.GetRequiredValue(s_data));
        using var extractor = ExtractorArguments.Open(parsed, () => DefaultExtractor.For(source));
        var collected = await new FeatureCollector(extractor, ExtractorArguments.Cache(parsed),
            parsed.GetValue(ExtractorArguments.Seed)).CollectAsync(source, EvaluationStage.Given, display.Show, ct);
        var file = parsed.GetValue(s_keep) ? collected.File : collected.File with { Sample = null };
        file.Write(path);
        display.EndLine();
        foreach (var picture in collected.LeftOut) Console.Error.WriteLine($"! left out: '{picture.Name}': {picture.Reason}");
        Console.Error.WriteLine(
            $"Statistics of {file.Statistics.Count} pictures are in {path}{(collected.FromCache ? ", from the cache" : "")}.");
        if (parsed.GetValue(s_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                pictures = file.Statistics.Count,
                dimensions = file.Statistics.Dimensions,
                extractor = file.Origin!.Extractor,
                preprocessing = file.Origin.Preprocessing,
                weightsHash = file.Origin.WeightsHash,
                dataHash = file.Origin.DataHash,
                leftOut = collected.LeftOut,
                path = Path.GetFullPath(path),
            }, JsonSerializerOptions.Web));
        }
        return 0;
    }
}
