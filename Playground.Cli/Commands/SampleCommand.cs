using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Core.Sampling;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>sample</c>: draws pictures from a model and writes them with <c>grid.png</c>.</summary>
internal static class SampleCommand
{
    private const int MaxCount = 10_000, Batch = 64;

    private static readonly Option<string> s_model = new("--model") { Required = true, Description = "Model folder in diffusers' layout" };
    private static readonly Option<int> s_steps = new("--steps") { DefaultValueFactory = _ => 50, Description = "Denoising steps" };
    private static readonly Option<int> s_count = new("--count") { DefaultValueFactory = _ => 16, Description = $"Pictures, 1 to {MaxCount}" };
    private static readonly Option<long> s_seed = new("--seed") { Description = "Seed of the first picture; the next has one more" };
    private static readonly Option<string?> s_class = new("--class") { Description = "Classes K[,K...], cycled over the pictures" };
    private static readonly Option<double> s_guidance = new("--guidance") { DefaultValueFactory = _ => 1, Description = "Classifier-free guidance; 1: off" };
    private static readonly Option<string> s_precision = new("--precision") { DefaultValueFactory = _ => "f32", Description = "f32 or bf16" };
    private static readonly Option<string?> s_noise = new("--noise") { Description = "Start from this x_T: float32 .npy, [N, C, H, W]" };
    private static readonly Option<string?> s_npy = new("--npy") { Description = "Also write the result as float32 .npy in [-1, 1]" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "Folder for the pictures" };
    private static readonly Option<bool> s_json = new("--json") { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("sample", "Draw pictures from a model") { s_model, s_steps, s_count, s_seed, s_class, s_guidance, s_precision, s_noise, s_npy, s_out, s_json };
        foreach (var option in SamplerArguments.All) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        using var model = ModelFolder.Load(parsed.GetRequiredValue(s_model));
        var request = new SamplingRequest
        {
            Sampler = SamplerArguments.Name(parsed),
            Options = SamplerArguments.Read(parsed),
            Steps = parsed.GetValue(s_steps),
            Count = parsed.GetValue(s_count),
            Seed = parsed.GetValue(s_seed),
            Classes = Classes(parsed.GetValue(s_class)),
            Guidance = parsed.GetValue(s_guidance),
            Precision = parsed.GetRequiredValue(s_precision),
        };
        if (request.Validate(model.Summary, MaxCount) is [var problem, ..]) throw SamplerArguments.Refuse(problem);
        var noise = Noise(parsed.GetValue(s_noise), model, request.Count);

        var clock = Stopwatch.StartNew();
        var results = new List<SamplingResult>();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).HideCompleted(false).Start(progress =>
        {
            var task = progress.AddTask("sampling", maxValue: (request.Count + Batch - 1) / Batch * request.Calls);
            foreach (var part in Parts(request, model))
            {
                var from = (int)(part.Seed - request.Seed);
                var size = model.Channels * model.SampleSize * model.SampleSize;
                results.Add(SamplingRun.Execute(model, part, (_, _) => task.Increment(1), ct, noise?[(from * size)..((from + part.Count) * size)]));
            }
        });
        var seconds = clock.Elapsed.TotalSeconds;
        Write(parsed, model, request, results);
        if (parsed.GetValue(s_json)) Console.Out.WriteLine(JsonSerializer.Serialize(new { pictures = request.Count, seconds, folder = Path.GetFullPath(parsed.GetRequiredValue(s_out)), modelHash = model.Hash }));
        else console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{request.Count} pictures in {seconds:0.0} s, in {parsed.GetRequiredValue(s_out)}");
        return 0;
    }

    // Pictures depend on their own seed and class alone, so a long run is cut into batches without changing any.
    private static IEnumerable<SamplingRequest> Parts(SamplingRequest request, DiffusionModel model)
    {
        var classes = request.Classes.Count > 0 ? request.Classes : [.. Enumerable.Range(0, model.Classes ?? 0)];
        for (var from = 0; from < request.Count; from += Batch)
        {
            var count = Math.Min(Batch, request.Count - from);
            var first = from;
            yield return request with { Count = count, Seed = request.Seed + from, Classes = classes.Count == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => classes[(first + i) % classes.Count])] };
        }
    }

    private static void Write(ParseResult parsed, DiffusionModel model, SamplingRequest request, List<SamplingResult> results)
    {
        var folder = parsed.GetRequiredValue(s_out);
        Directory.CreateDirectory(folder);
        var pictures = new PictureBatch(request.Count, model.SampleSize, model.SampleSize, model.Channels, [.. results.SelectMany(r => r.Pictures.Pixels)]);
        int[] classes = [.. results.SelectMany(r => r.Classes)];
        for (var i = 0; i < request.Count; i++)
        {
            var name = classes.Length == 0 ? $"{i:D5}.png" : $"{i:D5}-class{classes[i]}.png";
            File.WriteAllBytes(Path.Combine(folder, name), PngFile.Encode(pictures[i], Recipe(model, request, request.Seed + i, classes.Length == 0 ? null : classes[i])));
        }
        var columns = (int)Math.Ceiling(Math.Sqrt(request.Count));
        File.WriteAllBytes(Path.Combine(folder, "grid.png"), PngFile.Encode(PictureBatch.Grid(pictures, columns), Recipe(model, request, request.Seed, null)));
        if (parsed.GetValue(s_npy) is { } npy) NpyFile.Write(npy, [.. results.SelectMany(r => r.Values)], [request.Count, model.Channels, model.SampleSize, model.SampleSize]);
    }

    private static Dictionary<string, string> Recipe(DiffusionModel model, SamplingRequest request, long seed, int? label) => new()
    {
        ["parameters"] = GenerationParameters.Format(label is null ? "" : $"class {label}", request.Steps, request.SamplerTitle, request.Guidance, seed, model.SampleSize, model.SampleSize, model.Hash, model.Summary.Name),
    };

    private static IReadOnlyList<int> Classes(string? text)
    {
        if (text is null) return [];
        return [.. text.Split(',').Select(k => int.TryParse(k, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : throw new PlaygroundException($"--class has '{k}'; give whole numbers with commas between, such as 3 or 0,1,2."))];
    }

    private static float[]? Noise(string? path, DiffusionModel model, int count)
    {
        if (path is null) return null;
        var noise = NpyFile.Read(path);
        int[] wanted = [count, model.Channels, model.SampleSize, model.SampleSize];
        return noise.Shape.SequenceEqual(wanted) ? noise.ToSingles()
            : throw new PlaygroundException($"'{path}' has the shape [{string.Join(", ", noise.Shape)}]; the model and --count take [{string.Join(", ", wanted)}].");
    }
}
