using System.CommandLine;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Models;
using Playground.Core.Training;

namespace Playground.Cli.Commands;

/// <summary><c>train</c>: fits a UNet2D to pictures; Ctrl-C writes a checkpoint and exits 0.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> s_data = new("--data") { Required = true, Description = "Folder of pictures (subfolders are classes), or the prefix of IDX files" };
    private static readonly Option<string> s_config = new("--model-config") { Required = true, Description = "UNet2DModel configuration (JSON)" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "Folder for checkpoints and the finished model" };
    private static readonly Option<bool> s_resume = new("--resume") { Description = "Continue from the newest checkpoint in --out" };
    private static readonly Option<bool> s_conditional = new("--class-conditional") { Description = "Use the labels; a tenth is dropped for guidance" };
    private static readonly Option<bool> s_json = new("--json") { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("train", "Train a model on pictures") { s_data, s_config, s_out, s_resume, s_conditional, s_json };
        foreach (var option in TrainArguments.All) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var options = TrainArguments.Read(parsed);
        var folder = parsed.GetRequiredValue(s_out);
        var config = Json.Read<UNet2DConfig>(parsed.GetRequiredValue(s_config));
        config.Validate();
        var data = Load(parsed.GetRequiredValue(s_data), config, ct);
        config = config with { NumClassEmbeds = Rows(data, parsed.GetValue(s_conditional)) };

        using var trainer = new Trainer(data, config, options, folder);
        if (parsed.GetValue(s_resume)) trainer.Resume();
        using var display = new TrainDisplay(parsed.GetValue(s_json), data, options);
        var finished = trainer.Run(display.Show, ct);
        display.Close(folder, trainer.Step, finished);
        return 0;
    }

    private static int? Rows(IPictureDataset data, bool conditional)
    {
        if (!conditional) return null;
        return data.Classes + 1 ?? throw new PlaygroundException($"'{data.Name}' has no classes; put the pictures into one subfolder per class, or leave --class-conditional out.");
    }

    private static IPictureDataset Load(string path, UNet2DConfig config, CancellationToken ct)
    {
        IPictureDataset data = IdxDataset.Exists(path) ? IdxDataset.Load(path) : ImageFolderDataset.Load(path, config.SampleSize, config.InChannels, ct);
        return data.Height == config.SampleSize && data.Width == config.SampleSize ? data : new PaddedDataset(data, config.SampleSize);
    }
}
