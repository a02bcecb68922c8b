using System.CommandLine;
using System.Globalization;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Pipelines.StableDiffusion;
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
    {
        Description = "Configuration (JSON) of a network to train from scratch: a UNet2DModel, an AutoencoderKL, or, with --autoencoder, a "
        + "UNet2DConditionModel"
    };
    private static readonly Option<string?> s_from = new("--from")
    { Description = "Name or folder of a model to continue from; its parameterization and schedule stay" };
    private static readonly Option<string?> s_lora = new("--lora")
    {
        Description = "With --from: train adapters of this rank instead of all weights; of a model that reads texts, adapters of its "
        + "attention",
        HelpName = "RANK[:ALPHA]"
    };
    private static readonly Option<double?> s_loraAlpha = new("--lora-alpha") { Description = "α of --lora (default: the rank)" };
    private static readonly Option<string?> s_autoencoder = new("--autoencoder")
    { Description = "With a U-Net that reads texts: folder of the trained autoencoder whose latents it learns" };
    private static readonly Option<string?> s_textConfig = new("--text-config")
    { Description = "With --autoencoder: CLIPTextModel configuration (JSON) of the text encoder that is trained along" };
    private static readonly Option<int> s_tokens = new("--tokens")
    { DefaultValueFactory = _ => 2048, Description = "With --autoencoder: tokens to learn from the captions" };
    private static readonly Option<int?> s_textSteps = new("--text-steps")
    {
        Description = "With --autoencoder: steps of 64 captions in which the text encoder alone first learns what their images look like, "
        + "so that the model follows prompts far sooner (default: 300 to 3000, as many as read each caption 30 times; 0 for none)"
    };
    private static readonly Option<bool> s_trainText = new("--train-text-encoder")
    { Description = "With --from a model that reads texts: train its text encoder too, which stays as it is otherwise" };
    private static readonly Option<int?> s_size = new("--size")
    { Description = "With --from a model that reads texts: pixels a side of the images it is trained on (default: the model's)" };
    private static readonly Option<string[]> s_caption = new("--caption")
    {
        Description = "Models that read texts: what a caption is made of, such as '{text}, {style}'; several make several (default {text})"
    };
    private static readonly Option<double> s_klWeight = new("--kl-weight")
    { DefaultValueFactory = _ => new AutoencoderObjective().KlWeight, Description = "Autoencoders: weight of the latents' divergence" };
    private static readonly Option<double> s_edgeWeight = new("--edge-weight")
    { DefaultValueFactory = _ => new AutoencoderObjective().EdgeWeight, Description = "Autoencoders: weight of the error at edges" };
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

    [Flags]
    private enum Kind { Images = 1, Further = 2, Autoencoder = 4, TextToImage = 8, Tuning = 16 }

    // The options that only some trainings heed.
    private static readonly (Option Option, Kind Kinds, string Where)[] s_only =
    [
        (s_caption, Kind.TextToImage | Kind.Tuning, "models that read texts"),
        (s_conditional, Kind.Images | Kind.Further, "models of images alone"),
        (s_from, Kind.Further | Kind.Tuning, "a model that is trained further, not with --autoencoder"),
        (s_lora, Kind.Further | Kind.Tuning, "--from"),
        (s_loraAlpha, Kind.Further | Kind.Tuning, "--lora"),
        (s_textConfig, Kind.TextToImage, "--autoencoder"),
        (s_tokens, Kind.TextToImage, "--autoencoder"),
        (s_textSteps, Kind.TextToImage, "--autoencoder"),
        (s_trainText, Kind.Tuning, "--from a model that reads texts"),
        (s_size, Kind.Tuning, "--from a model that reads texts"),
        (s_klWeight, Kind.Autoencoder, "the configuration of an autoencoder"),
        (s_edgeWeight, Kind.Autoencoder, "the configuration of an autoencoder"),
    ];

    public static Command Create()
    {
        var command = new Command("train", "Train a model on pictures")
            { s_data, s_config, s_from, s_lora, s_loraAlpha, s_autoencoder, s_textConfig, s_tokens, s_textSteps, s_trainText, s_size,
              s_caption, s_klWeight, s_edgeWeight,
              s_out, s_resume, s_overwrite, s_conditional, s_curve, s_json };
        foreach (var option in TrainArguments.All) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static bool Lies(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var options = TrainArguments.Read(parsed);
        var folder = parsed.GetRequiredValue(s_out);
        var resume = parsed.GetValue(s_resume);
        var overwrite = parsed.GetValue(s_overwrite);
        if (resume && overwrite) throw new PlaygroundException("--resume goes on with what --overwrite deletes; give one of them.");
        if (overwrite && parsed.GetValue(s_from) is { } from && Lies(ModelArgument.PathOf(from), folder))
            throw new PlaygroundException("--overwrite would delete the model that --from names; give another --out.");
        if (overwrite && parsed.GetValue(s_autoencoder) is { } autoencoder && Lies(autoencoder, folder))
            throw new PlaygroundException("--overwrite would delete what --autoencoder names; give another --out.");
        if (!resume && !overwrite) Trainer.RequireNew(folder);
        var (kind, model) = KindOf(parsed);
        if (s_only.FirstOrDefault(o => (o.Kinds & kind) == 0 && parsed.GetResult(o.Option) is { Implicit: false }) is
            { Option: { } stray, Where: var where }) throw new PlaygroundException($"{stray.Name} goes with {where}; leave it out.");
        switch (kind)
        {
            case Kind.TextToImage: return RunTextToImage(parsed, options, folder, ct);
            case Kind.Tuning: return RunTuning(parsed, model!, options, folder, ct);
            case Kind.Autoencoder: return RunAutoencoder(parsed, options, folder, ct);
        }
        using var trainer = Create(parsed, options, folder, out var data, ct);
        if (resume) trainer.Resume();
        // Not before all else is checked.
        if (overwrite && Directory.Exists(folder)) Trainer.Clear(folder);
        using var display = new TrainDisplay(parsed.GetValue(s_json), data, trainer.Options, trainer.Note);
        using var curve = parsed.GetValue(s_curve) is { } path ? new CurveFile(path, append: resume) : null;
        var finished = trainer.Run(progress =>
        {
            display.Show(progress);
            curve?.Add(progress);
        }, ct);
        display.Close(folder, trainer.Step, finished);
        return 0;
    }

    // And the path of the model that it goes on from.
    private static (Kind Kind, string? From) KindOf(ParseResult parsed)
    {
        if (parsed.GetValue(s_autoencoder) is not null) return (Kind.TextToImage, null);
        if (parsed.GetValue(s_from) is { } named)
            return ModelArgument.PathOf(named) is var model && (File.Exists(model) || StableDiffusionFolder.Is(model))
                ? (Kind.Tuning, model) : (Kind.Further, model);
        return (parsed.GetValue(s_config) is { } file && Json.Read<ClassOnly>(file).ClassName == "AutoencoderKL"
            ? Kind.Autoencoder : Kind.Images, null);
    }

    private static int RunAutoencoder(ParseResult parsed, TrainingOptions options, string folder, CancellationToken ct)
    {
        var config = Json.Read<AutoencoderKLConfig>(parsed.GetValue(s_config)!);
        config.Validate();
        var path = parsed.GetRequiredValue(s_data);
        var data = ImageDatasets.Open(path, config.SampleSize, config.InChannels, ct);
        using var trainer = new AutoencoderTrainer(data, config, options,
            new AutoencoderObjective(parsed.GetValue(s_klWeight), parsed.GetValue(s_edgeWeight)), folder);
        if (parsed.GetValue(s_resume)) trainer.Resume();
        if (parsed.GetValue(s_overwrite) && Directory.Exists(folder)) Trainer.Clear(folder);
        return Show(parsed, data, options, folder, show => (trainer.Run(show, ct), trainer.Step));
    }

    private static int RunTextToImage(ParseResult parsed, TrainingOptions options, string folder, CancellationToken ct)
    {
        if (parsed.GetValue(s_config) is not { } unet || parsed.GetValue(s_textConfig) is not { } text)
            throw new PlaygroundException(
                "--autoencoder takes --model-config, a UNet2DConditionModel, and --text-config, a CLIPTextModel.");
        var autoencoder = parsed.GetValue(s_autoencoder)!;
        var images = Json.Read<AutoencoderKLConfig>(Path.Combine(autoencoder, "config.json"));
        var data = CaptionedImages.Load(parsed.GetRequiredValue(s_data), images.SampleSize, images.InChannels, Captions(parsed), ct);
        using var trainer = new TextToImageTrainer(data, autoencoder, Json.Read<UNet2DConditionConfig>(unet),
            Json.Read<ClipTextConfig>(text), parsed.GetValue(s_tokens), options, folder)
        { TextSteps = parsed.GetValue(s_textSteps) ?? TextToImageTrainer.TextStepsFor(data) };
        return RunCaptioned(parsed, trainer, data, folder, ct);
    }

    private static int RunTuning(ParseResult parsed, string model, TrainingOptions options, string folder, CancellationToken ct)
    {
        if (parsed.GetValue(s_config) is not null)
            throw new PlaygroundException("Give either --model-config, to train from scratch, or --from, to go on from a model.");
        TrainArguments.RefuseSchedule(parsed);
        var (lora, found) = (Lora(parsed), ModelLoader.Describe(model));
        var size = parsed.GetValue(s_size) ?? found.SampleSize;
        var factor = found.Text!.Factor;
        if (size < factor || size > SamplingRequest.MaxSide || size % factor != 0)
            throw new PlaygroundException(
                $"--size is {size}; it must be a multiple of {factor}, {factor} to {SamplingRequest.MaxSide / factor * factor}.");
        var data = CaptionedImages.Load(parsed.GetRequiredValue(s_data), size, found.Channels, Captions(parsed), ct);
        using var trainer = TextToImageTrainer.FromModel(model, data, options, folder, lora, parsed.GetValue(s_trainText));
        return RunCaptioned(parsed, trainer, data, folder, ct);
    }

    private static string[] Captions(ParseResult parsed) => parsed.GetValue(s_caption) is { Length: > 0 } given ? given : ["{text}"];

    private static int RunCaptioned(ParseResult parsed, TextToImageTrainer trainer, IPictureDataset data, string folder,
        CancellationToken ct)
    {
        if (parsed.GetValue(s_resume)) trainer.Resume();
        if (parsed.GetValue(s_overwrite) && Directory.Exists(folder)) Trainer.Clear(folder);
        using var display = new TrainDisplay(parsed.GetValue(s_json), data, trainer.Options, null);
        return Show(parsed, display, folder, show => (trainer.Run(show, ct, display.Show), trainer.Step), trainer.ModelFolder);
    }

    private static int Show(ParseResult parsed, IPictureDataset data, TrainingOptions options, string folder,
        Func<Action<TrainingProgress>, (bool Finished, long Step)> run)
    {
        using var display = new TrainDisplay(parsed.GetValue(s_json), data, options, null);
        return Show(parsed, display, folder, run);
    }

    private static int Show(ParseResult parsed, TrainDisplay display, string folder,
        Func<Action<TrainingProgress>, (bool Finished, long Step)> run, string? model = null)
    {
        using var curve = parsed.GetValue(s_curve) is { } path ? new CurveFile(path, append: parsed.GetValue(s_resume)) : null;
        var (finished, step) = run(progress =>
        {
            display.Show(progress);
            curve?.Add(progress);
        });
        display.Close(folder, step, finished, model);
        return 0;
    }

    private static Trainer Create(ParseResult parsed, TrainingOptions options, string folder, out IPictureDataset data,
        CancellationToken ct)
    {
        var (path, conditional, from) = (parsed.GetRequiredValue(s_data), parsed.GetValue(s_conditional),
            parsed.GetValue(s_from) is { } named ? ModelArgument.PathOf(named) : null);
        var lora = Lora(parsed);
        if (from is null == parsed.GetValue(s_config) is null)
            throw new PlaygroundException("Give either --model-config, to train from scratch, or --from, to go on from a model.");
        if (from is null)
        {
            var config = Json.Read<UNet2DConfig>(parsed.GetRequiredValue(s_config)!);
            config.Validate();
            data = ImageDatasets.Open(path, config.SampleSize, config.InChannels, ct);
            return new Trainer(data, config with { NumClassEmbeds = Rows(data, conditional) }, options, folder);
        }
        TrainArguments.RefuseSchedule(parsed);
        var model = ModelCatalog.Describe(from);
        data = ImageDatasets.Open(path, model.SampleSize, model.Channels, ct);
        _ = Rows(data, conditional);
        return Trainer.FromModel(from, data, options, folder, conditional, lora);
    }

    // α is the rank unless it is given, behind a colon or by its own option.
    private static LoraOptions? Lora(ParseResult parsed)
    {
        var alpha = parsed.GetValue(s_loraAlpha);
        if (parsed.GetValue(s_lora) is not { } text)
            return alpha is null ? null : throw new PlaygroundException("--lora-alpha goes with --lora; leave it out.");
        var parts = text.Split(':');
        var behind = 0d;
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            || (parts.Length == 2 && !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out behind)))
            throw new PlaygroundException($"--lora is '{text}'; give a rank, 1 to {LoraOptions.MaxRank}, or RANK:ALPHA such as 8:16.");
        if (parts.Length == 2 && alpha is not null)
            throw new PlaygroundException("α is given twice: behind --lora's colon and as --lora-alpha. Leave one of them out.");
        var lora = new LoraOptions(rank, parts.Length == 2 ? behind : alpha ?? rank);
        lora.Validate();
        return lora;
    }

    private static int? Rows(IPictureDataset data, bool conditional)
    {
        if (!conditional) return null;
        return data.Classes + 1 ?? throw new PlaygroundException(
            $"'{data.Name}' has no classes; put the pictures into one subfolder per class, or leave --class-conditional out.");
    }

    // What kind of network a configuration is of.
    private sealed record ClassOnly([property: System.Text.Json.Serialization.JsonPropertyName("_class_name")] string? ClassName);
}
