using System.CommandLine;
using Playground.Core;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;

namespace Playground.Cli.Commands;

/// <summary><c>evaluate</c>: Fréchet distance and its kin of generated pictures against real ones, CLIP score against prompts.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string?> s_real = new("--real")
    { Description = "Real pictures: folder, .zip, IDX, CIFAR .bin or .npy; or statistics in a .npz" };
    private static readonly Option<string> s_generated = new("--generated")
    { Required = true, Description = "Generated pictures, or statistics, in the same forms" };
    private static readonly Option<string?> s_metrics = new("--metrics")
    {
        Description = $"Some of {string.Join(",", MetricNames.All)}; default all. "
            + "fid is the Fréchet distance, called FID only where the features are Inception's",
    };

    private static readonly Option<int?> s_resamples = new("--resamples")
    {
        Description = "Bootstrap resamples of the Fréchet distance; default 200, fewer with many features",
    };

    private static readonly Option<string?> s_clip = new("--clip")
    { Description = "Folder of a CLIP model in ONNX, with its tokenizer: CLIP score and CMMD" };
    private static readonly Option<string?> s_prompts = new("--prompts")
    { Description = "A prompt on each line, in the order of the pictures' names; or .jsonl with file_name and prompt" };
    private static readonly Option<string?> s_title = new("--title")
    { Description = "Title of the report; default the name of --generated" };
    private static readonly Option<string?> s_report = new("--report") { Description = "Write the report: .html, .json or .csv" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("evaluate", "Score generated pictures")
            { s_real, s_generated, s_metrics, s_resamples, s_clip, s_prompts, s_title, s_report, s_json };
        foreach (var option in ExtractorArguments.All) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var (realPath, path, clipFolder, promptPath, reportPath) = (parsed.GetValue(s_real), parsed.GetRequiredValue(s_generated),
            parsed.GetValue(s_clip), parsed.GetValue(s_prompts), parsed.GetValue(s_report));
        if (promptPath is not null && clipFolder is null)
            throw new PlaygroundException("--prompts needs --clip, the folder of the CLIP model that reads them.");
        if (realPath is null && promptPath is null)
            throw new PlaygroundException("--real is missing: what are the pictures to be compared with? (Or give --clip and --prompts.)");
        if (parsed.GetValue(s_resamples) is < 2 or > 10_000)
            throw new PlaygroundException($"--resamples is {parsed.GetValue(s_resamples)}; it must be 2 to 10,000.");
        if (reportPath is not null) CheckReport(reportPath);

        using var display = new EvaluateDisplay();
        var options = new MetricOptions
        {
            Metrics = MetricNames.Parse(parsed.GetValue(s_metrics)),
            Seed = parsed.GetValue(ExtractorArguments.Seed),
            Resamples = parsed.GetValue(s_resamples),
            Progress = display.Show
        };
        var prompts = promptPath is null ? null : PromptFile.Load(promptPath);
        using var real = realPath is null ? null : EvaluationInput.Open(realPath);
        using var generated = EvaluationInput.Open(path);
        using var clip = clipFolder is null ? null : ClipModel.Load(clipFolder);
        using var extractor = Extractor(parsed, real, generated, clip);
        var evaluator = new Evaluator(real, extractor, options, ExtractorArguments.Cache(parsed),
            clip is null ? null : new ClipComparison(clip, prompts is null ? null : prompts.For));
        var report = await evaluator.EvaluateAsync(parsed.GetValue(s_title)
            ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), generated, ct);
        display.Close(report, reportPath);
        if (reportPath is not null) Write(report, reportPath);
        if (parsed.GetValue(s_json)) Console.Out.WriteLine(ReportJson.Write(report, pictures: false));
        return 0;
    }

    // Pictures on either side need an extractor, unless CLIP alone was asked for.
    private static OnnxFeatureExtractor? Extractor(ParseResult parsed, EvaluationInput? real, EvaluationInput generated, ClipModel? clip)
    {
        var hasPictures = real?.Pictures is not null || generated.Pictures is not null;
        return ExtractorArguments.IsNamed(parsed) || (clip is null && hasPictures)
            ? ExtractorArguments.Open(parsed, () => DefaultExtractor.For(real, generated))
            : null;
    }

    private static void CheckReport(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".json" or ".csv"))
            throw new PlaygroundException($"--report is '{path}'; it must end in .html, .json or .csv.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new PlaygroundException($"--report is '{path}', and there is no folder '{folder}'.");
    }

    private static void Write(EvaluationReport report, string path)
        => File.WriteAllText(path, Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".html" => HtmlReport.Write(report),
            ".json" => ReportJson.Write(report),
            _ => ReportCsv.Write(report),
        });
}
