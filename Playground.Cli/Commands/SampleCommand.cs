using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Evaluation.Features;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>sample</c>: draws pictures from a model and writes them with <c>grid.png</c>.</summary>
internal static class SampleCommand
{
    private const int MaxCount = 10_000, Batch = 64;

    private static readonly Option<string> s_model = new("--model")
    {
        Required = true,
        Description = "Name of an installed model, a folder in diffusers' layout, or Stable Diffusion in one .safetensors file"
    };
    private static readonly Option<int> s_steps = SettingOptions.Of<SamplingRequest, int>("steps");
    private static readonly Option<int> s_count = SettingOptions.Of<SamplingRequest, int>("count", $"Images, 1 to {MaxCount}");
    private static readonly Option<long> s_seed = SettingOptions.Of<SamplingRequest, long>("seed");
    private static readonly Option<string?> s_class = new("--class") { Description = "Classes K[,K...], cycled over the pictures" };
    private static readonly Option<double> s_guidance = SettingOptions.Of<SamplingRequest, double>("guidance",
        "Classifier-free guidance; 1: off (default 1; with a text the model's own, or 7.5)");
    private static readonly Option<string> s_precision = SettingOptions.Of<SamplingRequest, string>("precision");
    private static readonly Option<string?> s_noise = new("--noise")
    { Description = "Start from this x_T: float32 .npy, [N, C, H, W]; latents where there is an autoencoder" };
    private static readonly Option<string?> s_npy = new("--npy") { Description = "Also write the result as float32 .npy in [-1, 1]" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "Folder for the pictures" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("sample", "Draw pictures from a model")
            { s_model, s_steps, s_count, s_seed, s_class, s_guidance, s_precision, s_noise, s_npy, s_out, PictureFolder.Overwrite, s_json };
        foreach (var option in SamplerArguments.All.Concat(EditingArguments.Flags.Values).Concat(TextArguments.All)) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var folder = parsed.GetRequiredValue(s_out);
        PictureFolder.RequireNew(folder, parsed.GetValue(PictureFolder.Overwrite));
        using var model = ModelLoader.Load(ModelArgument.PathOf(parsed.GetRequiredValue(s_model)));
        TextArguments.Apply(parsed, model);
        var request = Request(parsed, model);
        var noise = Noise(parsed.GetValue(s_noise), model, request);

        var clock = Stopwatch.StartNew();
        var console = Terminal.Error();
        var results = Draw(model, request, noise, console, ct);
        var seconds = clock.Elapsed.TotalSeconds;
        PictureFolder.Write(folder, model, request, results, parsed.GetValue(s_npy));
        if (parsed.GetValue(s_json))
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                pictures = request.Count,
                seconds,
                folder = Path.GetFullPath(folder),
                modelHash = model.Hash
            }));
        else console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{request.Count} {(request.Count == 1 ? "image" : "images")} in {seconds:0.0} s, in {folder}");
        return 0;
    }

    private static SamplingRequest Request(ParseResult parsed, SampledModel model)
    {
        var countGiven = parsed.GetResult(s_count) is { Implicit: false };
        var asked = TextArguments.Read(parsed, new SamplingRequest
        {
            Sampler = SamplerArguments.Name(parsed),
            Options = SamplerArguments.Read(parsed),
            Steps = parsed.GetValue(s_steps),
            Count = parsed.GetValue(s_count),
            Seed = parsed.GetValue(s_seed),
            Classes = Classes(parsed.GetValue(s_class)),
            Guidance = parsed.GetResult(s_guidance) is { Implicit: false } || model.Summary.Text is null
                ? parsed.GetValue(s_guidance)
                : TextArguments.GuidanceOf(model.Summary),
            Precision = parsed.GetRequiredValue(s_precision),
        }, countGiven, model);
        var request = EditingArguments.Read(parsed, asked, countGiven || asked.Prompts.Count > 0, model.Summary);
        return request.Validate(model.Summary, MaxCount) is [var problem, ..] ? throw SamplerArguments.Refuse(problem) : request;
    }

    private static List<SamplingResult> Draw(SampledModel model, SamplingRequest request, float[]? noise, IAnsiConsole console,
        CancellationToken ct)
    {
        var results = new List<SamplingResult>();
        console.Progress().AutoClear(true).HideCompleted(false).Start(progress =>
        {
            var task = progress.AddTask("sampling", maxValue: (request.Count + Batch - 1) / Batch * request.CallsOn(model.Summary));
            // Pictures depend on their own seed, class and start alone, so a long run is cut into batches without changing any.
            var size = model.NoiseShape(request)[1..].Aggregate(1, (a, b) => a * b);
            for (var from = 0; from < request.Count; from += Batch)
            {
                var part = request.Part(from, Math.Min(Batch, request.Count - from), model.Summary);
                results.Add(SamplingRun.Execute(model, part, (_, _) => task.Increment(1), ct,
                    noise?[(from * size)..((from + part.Count) * size)]));
            }
        });
        return results;
    }

    private static IReadOnlyList<int> Classes(string? text)
    {
        if (text is null) return [];
        return [.. text.Split(',').Select(k => int.TryParse(k, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n)
            ? n
            : throw new PlaygroundException($"--class has '{k}'; give whole numbers with commas between, such as 3 or 0,1,2."))];
    }

    private static float[]? Noise(string? path, SampledModel model, SamplingRequest request)
    {
        if (path is null) return null;
        var noise = NpyFile.Read(path);
        var wanted = model.NoiseShape(request);
        return noise.Shape.SequenceEqual(wanted) ? noise.ToSingles()
            : throw new PlaygroundException(
                $"'{path}' has the shape [{string.Join(", ", noise.Shape)}]; the model and --count take [{string.Join(", ", wanted)}].");
    }
}
