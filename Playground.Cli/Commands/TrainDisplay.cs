using System.Diagnostics;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Training;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary>Shows a training: a line now and then where output is a file, one that renews itself on a terminal.</summary>
internal sealed class TrainDisplay : IDisposable
{
    private static readonly TimeSpan s_terminalPause = TimeSpan.FromSeconds(0.2), s_logPause = TimeSpan.FromSeconds(10);
    private const int MostNamed = 20;
    private readonly IAnsiConsole _console;
    private readonly bool _json, _live;
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private TrainingProgress? _last;

    public TrainDisplay(bool json, IPictureDataset data, TrainingOptions options, string? note)
    {
        _json = json;
        _console = Terminal.Error();
        _live = !Console.IsErrorRedirected;
        var how = $"{options.Prediction} on {options.Schedule}, {options.Precision}";
        _console.MarkupLineInterpolated(
            $"{data.Count} {(data.Count == 1 ? "image"
                : "images")} of {data.Width}×{data.Height}, {options.Steps} steps of {options.ExamplesPerStep}, {how}");
        if (note is not null) _console.WriteLine(note);
        // Not through the console: it would break long lines.
        foreach (var told in data.Notes) Console.Error.WriteLine(told);
        if (data.LeftOut is not { Count: > 0 } leftOut) return;
        Console.Error.WriteLine($"{leftOut.Count} {(leftOut.Count == 1 ? "file was" : "files were")} left out:");
        foreach (var file in leftOut.Take(MostNamed)) Console.Error.WriteLine($"! '{file.Name}': {file.Reason}");
        if (leftOut.Count > MostNamed) Console.Error.WriteLine($"! and {leftOut.Count - MostNamed} more");
    }

    public void Show(TrainingProgress progress)
    {
        _last = progress;
        if (_since.Elapsed < (_live ? s_terminalPause : s_logPause) && progress.Step != progress.Steps) return;
        _since.Restart();
        var line =
            $"step {progress.Step}/{progress.Steps}  loss {progress.SmoothedLoss:0.0000} ({Quarters(progress)}){Validation(
            progress)}  lr {progress.LearningRate:0.0e+0}  {progress.PicturesPerSecond:0} images/s  {Terminal.Text(
                TimeSpan.FromSeconds(progress.SecondsLeft))} left";
        Write(line);
    }

    /// <summary>Shows the text encoder's own steps, before the training's.</summary>
    public void Show(CaptionProgress progress)
    {
        if (_since.Elapsed < (_live ? s_terminalPause : s_logPause) && progress.Step != progress.Steps) return;
        _since.Restart();
        Write($"text encoder, step {progress.Step}/{progress.Steps}  loss {progress.Loss:0.0000}");
    }

    /// <param name="folder">The training's.</param>
    /// <param name="step">The last that was made.</param>
    /// <param name="finished">Whether it was the last of all.</param>
    /// <param name="model">The model's folder; null: the training's.</param>
    public void Close(string folder, long step, bool finished, string? model = null)
    {
        if (_live) Console.Error.WriteLine();
        Console.Error.WriteLine(finished ? $"The model is in {model ?? folder}."
            : $"Stopped at step {step}; the checkpoint is in {folder}. Continue with --resume.");
        if (!_json) return;
        Console.Out.WriteLine(JsonSerializer.Serialize(new
        {
            finished,
            step,
            loss = _last?.SmoothedLoss,
            lossByQuarter = _last?.LossByQuarter,
            validationLoss = _last?.ValidationLoss,
            picturesPerSecond = _last?.PicturesPerSecond,
            seconds = _last?.Seconds,
            folder = Path.GetFullPath(folder),
            model = Path.GetFullPath(model ?? folder),
        }));
    }

    private void Write(string line) => Console.Error.Write(_live ? $"\r{line}\u001b[K" : line + "\n");

    // The loss of each quarter of the timesteps, the least noisy first.
    private static string Quarters(TrainingProgress progress)
        => string.Join(" ", progress.LossByQuarter.Select(q => q is { } loss ? $"{loss:0.0000}" : "–"));

    private static string Validation(TrainingProgress progress) => progress.ValidationLoss is { } loss ? $"  validation {loss:0.0000}" : "";

    public void Dispose() => _since.Stop();
}
