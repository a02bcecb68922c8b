using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;
using Playground.Evaluation.Features;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>interpolate</c>: from one picture to another by way of the noise that DDIM finds for each.</summary>
internal static class InterpolateCommand
{
    private const int MaxCount = 256;

    private static readonly Option<string> s_model = new("--model")
    { Required = true, Description = "Name of an installed model, or a folder in diffusers' layout" };
    private static readonly Option<string> s_from = new("--from") { Required = true, Description = "Picture to begin with" };
    private static readonly Option<string> s_to = new("--to") { Required = true, Description = "Picture to end with" };
    private static readonly Option<int> s_count = new("--count")
    { DefaultValueFactory = _ => 9, Description = $"Pictures with the first and the last, 2 to {MaxCount}" };
    private static readonly Option<int> s_steps = new("--steps")
    { DefaultValueFactory = _ => 50, Description = "Steps of DDIM, there and back" };
    private static readonly Option<int> s_calls = new("--inversion-calls")
    {
        DefaultValueFactory = _ => SamplingRequest.DefaultInversionCalls,
        Description = "Model calls per step on the way to noise, 1 to 20; more come closer to the pictures"
    };
    private static readonly Option<int?> s_class = new("--class") { Description = "Class of all pictures; none: \"no class\"" };
    private static readonly Option<string> s_precision = SettingOptions.Of<SamplingRequest, string>("precision");
    private static readonly Option<string?> s_npy = new("--npy") { Description = "Also write the result as float32 .npy in [-1, 1]" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "Folder for the pictures" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("interpolate", "Draw what lies between two pictures")
            { s_model, s_from, s_to, s_count, s_steps, s_calls, s_class, s_precision, s_npy, s_out, PictureFolder.Overwrite, s_json };
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        PictureFolder.RequireNew(parsed.GetRequiredValue(s_out), parsed.GetValue(PictureFolder.Overwrite));
        using var model = ModelFolder.Load(ModelArgument.PathOf(parsed.GetRequiredValue(s_model)));
        var request = new SamplingRequest
        {
            Steps = parsed.GetValue(s_steps),
            Count = parsed.GetValue(s_count),
            Classes = parsed.GetValue(s_class) is { } k ? [k] : [],
            Precision = parsed.GetRequiredValue(s_precision),
            InversionCalls = parsed.GetValue(s_calls),
            Interpolate = PictureBatch.Concat([.. new[] { s_from,
                s_to }.Select(o => EditingArguments.Picture(parsed.GetRequiredValue(o), model.Summary, model.Channels))]),
        };
        if (request.Validate(model.Summary, MaxCount) is [var problem, ..]) throw SamplerArguments.Refuse(problem);

        var clock = Stopwatch.StartNew();
        SamplingResult? result = null;
        var console = Terminal.Error();
        console.Progress().AutoClear(true).HideCompleted(false).Start(progress =>
        {
            var task = progress.AddTask("interpolating", maxValue: request.CallsOn(model.Summary));
            result = SamplingRun.Execute(model, request, (_, _) => task.Increment(1), ct);
        });
        var (seconds, folder) = (clock.Elapsed.TotalSeconds, parsed.GetRequiredValue(s_out));
        PictureFolder.Write(folder, model, request, [result!], parsed.GetValue(s_npy));
        if (parsed.GetValue(s_json)) Console.Out.WriteLine(
            JsonSerializer.Serialize(new { pictures = request.Count, seconds, folder = Path.GetFullPath(folder), modelHash = model.Hash }));
        else console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{request.Count} {(request.Count == 1 ? "image" : "images")} in {seconds:0.0} s, in {folder}");
        return 0;
    }
}
