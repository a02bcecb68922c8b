using System.CommandLine;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Training;

namespace Playground.Cli.Commands;

/// <summary><c>train</c>: fits a UNet2D to pictures; Ctrl-C writes a checkpoint and exits 0.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> s_data = new("--data")
    {
        Required = true,
        Description = "Folder of images (subfolders are classes), IDX files by their prefix, CIFAR's binary files, or a packed data set"
    };
    private static readonly Option<string?> s_config = new("--model-config")
    { Description = "UNet2DModel configuration (JSON) of a network to train from scratch" };
    private static readonly Option<string?> s_from = new("--from")
    { Description = "Folder of a model to go on from; its parameterization and schedule stay" };
    private static readonly Option<int?> s_lora = new("--lora")
    { Description = "With --from: train adapters of this rank instead of all weights" };
    private static readonly Option<double?> s_loraAlpha = new("--lora-alpha") { Description = "α of --lora (default: the rank)" };
    private static readonly Option<string> s_out = new("--out")
    { Required = true, Description = "Folder for checkpoints and the finished model" };
    private static readonly Option<bool> s_resume = new("--resume") { Description = "Continue from the newest checkpoint in --out" };
    private static readonly Option<bool> s_overwrite = new("--overwrite")
    { Description = "Delete the training or the model that is in --out, and begin anew" };
    private static readonly Option<bool> s_conditional = new("--class-conditional")
    { Description = "Use the labels; a tenth is dropped for guidance" };
    private static readonly Option<string?> s_curve = new("--curve") { Description = "Write each step's losses to this CSV file" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("train", "Train a model on pictures")
            { s_data, s_config, s_from, s_lora, s_loraAlpha, s_out, s_resume, s_overwrite, s_conditional, s_curve, s_json };
        foreach (var option in TrainArguments.All) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var options = TrainArguments.Read(parsed);
        var folder = parsed.GetRequiredValue(s_out);
        var resume = parsed.GetValue(s_resume);
        var overwrite = parsed.GetValue(s_overwrite);
        if (resume && overwrite) throw new PlaygroundException("--resume goes on with what --overwrite deletes; give one of them.");
        if (overwrite && parsed.GetValue(s_from) is { } from && Path.GetFullPath(from) == Path.GetFullPath(folder))
            throw new PlaygroundException("--overwrite would delete the model that --from names; give another --out.");
        if (!resume && !overwrite) Trainer.RequireNew(folder);
        using var trainer = Create(parsed, options, folder, out var data, ct);
        if (resume) trainer.Resume();
        // Not before all else is checked.
        if (overwrite && Directory.Exists(folder)) Trainer.Clear(folder);
        using var display = new TrainDisplay(parsed.GetValue(s_json), data, options, trainer.Note);
        using var curve = parsed.GetValue(s_curve) is { } path ? new CurveFile(path, append: resume) : null;
        var finished = trainer.Run(progress =>
        {
            display.Show(progress);
            curve?.Add(progress);
        }, ct);
        display.Close(folder, trainer.Step, finished);
        return 0;
    }

    private static Trainer Create(ParseResult parsed, TrainingOptions options, string folder, out IPictureDataset data,
        CancellationToken ct)
    {
        var (path, conditional, from) = (parsed.GetRequiredValue(s_data), parsed.GetValue(s_conditional), parsed.GetValue(s_from));
        var rank = parsed.GetValue(s_lora);
        if (from is null == parsed.GetValue(s_config) is null)
            throw new PlaygroundException("Give either --model-config, to train from scratch, or --from, to go on from a model.");
        if (rank is null ? parsed.GetValue(s_loraAlpha) is not null : from is null)
            throw new PlaygroundException("--lora goes with --from, and --lora-alpha with --lora; leave it out.");
        if (from is null)
        {
            var config = Json.Read<UNet2DConfig>(parsed.GetRequiredValue(s_config)!);
            config.Validate();
            data = ImageDatasets.Open(path, config.SampleSize, config.InChannels, ct);
            return new Trainer(data, config with { NumClassEmbeds = Rows(data, conditional) }, options, folder);
        }
        TrainArguments.RefuseSchedule(parsed);
        var lora = rank is { } r ? new LoraOptions(r, parsed.GetValue(s_loraAlpha) ?? r) : null;
        lora?.Validate();
        var model = ModelCatalog.Describe(from);
        data = ImageDatasets.Open(path, model.SampleSize, model.Channels, ct);
        _ = Rows(data, conditional);
        return Trainer.FromModel(from, data, options, folder, conditional, lora);
    }

    private static int? Rows(IPictureDataset data, bool conditional)
    {
        if (!conditional) return null;
        return data.Classes + 1 ?? throw new PlaygroundException(
            $"'{data.Name}' has no classes; put the pictures into one subfolder per class, or leave --class-conditional out.");
    }
}
