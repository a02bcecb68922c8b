using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Models;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Text;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class TextToImageTrainerTests : IDisposable
{
    private static readonly AutoencoderKLConfig s_autoencoder = new()
    {
        BlockOutChannels = [16, 16],
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        NormNumGroups = 8,
        SampleSize = 8,
    };

    private static readonly UNet2DConditionConfig s_unet = new()
    {
        BlockOutChannels = [16, 16],
        DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"],
        LayersPerBlock = 1,
        NormNumGroups = 8,
        AttentionHeads = [2],
    };

    private static readonly ClipTextConfig s_text = new()
    { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 12 };

    private readonly string _folder = Directory.CreateTempSubdirectory("t2i-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public TextToImageTrainerTests()
    {
        Directory.CreateDirectory(Data);
        var lines = new List<string>();
        foreach (var (name, i) in new[] { "red", "green", "blue" }.Select((n, i) => (n, i)))
        {
            var pixels = new byte[8 * 8 * 3];
            for (var p = 0; p < 64; p++) pixels[3 * p + i] = 255;
            File.WriteAllBytes(Path.Combine(Data, name + ".png"),
                PngFile.Encode(new PictureBatch(1, 8, 8, 3, pixels), new Dictionary<string, string>()));
            lines.Add($$"""{"file_name": "{{name}}.png", "text": "{{name}} square", "text_zh": "颜色{{i}}"}""");
        }
        File.WriteAllLines(Path.Combine(Data, "metadata.jsonl"), lines);
    }

    private CaptionedImages Images(params string[] templates)
        => CaptionedImages.Load(Data, 8, 3, templates, TestContext.Current.CancellationToken);

    private static TrainingOptions Options(int steps) => new()
    { Steps = steps, BatchSize = 4, WarmupSteps = 0, CheckpointEvery = 1000, LearningRate = 2e-3 };

    [Fact]
    public void An_autoencoder_learns_its_images_and_a_stopped_run_ends_as_one_that_was_not()
    {
        var (once, twice) = (Path.Combine(_folder, "once"), Path.Combine(_folder, "twice"));
        List<double> losses = [];
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(30), new(), once))
            Assert.True(trainer.Run(p => losses.Add(p.Loss), TestContext.Current.CancellationToken));
        Assert.True(losses[^1] < losses[0] * 0.7, $"{losses[0]} → {losses[^1]}");
        using (var stopping = new CancellationTokenSource())
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(30), new(), twice))
            Assert.False(trainer.Run(p => { if (p.Step == 11) stopping.Cancel(); }, stopping.Token));
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(30), new(), twice))
        {
            trainer.Resume();
            Assert.Equal(11, trainer.Step);
            Assert.True(trainer.Run(ct: TestContext.Current.CancellationToken));
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(once, ModelFiles.WeightsName)),
            File.ReadAllBytes(Path.Combine(twice, ModelFiles.WeightsName)));
        Assert.NotEqual(0.18215, Json.Read<AutoencoderKLConfig>(Path.Combine(once, "config.json")).ScalingFactor);
    }

    [Fact]
    public void An_autoencoder_goes_on_from_its_own_run_and_its_own_images_alone()
    {
        var folder = Path.Combine(_folder, "run");
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(2), new(), folder))
            Assert.True(trainer.Run(ct: TestContext.Current.CancellationToken));
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(3), new(), folder))
            Assert.Contains("holds checkpoints of another training, up to step 2", Assert.Throws<PlaygroundException>(
                () => trainer.Run(ct: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        File.Copy(Path.Combine(Data, "blue.png"), Path.Combine(Data, "red.png"), overwrite: true);
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(3), new(), folder))
            Assert.Contains("made on other data", Assert.Throws<PlaygroundException>(trainer.Resume).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_texts_is_trained_on_latents_with_its_own_text_encoder_and_draws()
    {
        var (autoencoder, folder) = (Path.Combine(_folder, "vae"), Path.Combine(_folder, "model"));
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(5), new(), autoencoder))
            trainer.Run(ct: TestContext.Current.CancellationToken);
        var images = Images("{text}", "{text_zh}");
        Assert.Equal(["red square", "颜色0"], images.Captions[0]);
        List<double> losses = [];
        var options = Options(120) with { Schedule = "scaled_linear", Prediction = "v_prediction" };
        using (var trainer = new TextToImageTrainer(images, autoencoder, s_unet, s_text, 530, options, folder))
            Assert.True(trainer.Run(p => losses.Add(p.Loss), TestContext.Current.CancellationToken));
        Assert.True(losses.TakeLast(20).Average() < losses.Take(20).Average());
        Assert.True(File.Exists(Path.Combine(folder, "latents.safetensors")));

        using var model = StableDiffusionFolder.Load(Path.Combine(folder, "model"));
        Assert.Equal((8, 3, 12 - 2), (model.SampleSize, model.Channels, model.Summary.Text!.Tokens));
        Assert.Equal("v_prediction", model.Scheduler.PredictionType);
        Assert.Equal(TextToImageTrainer.PreviewGuidance, model.Summary.Manifest.Guidance);
        var result = SamplingRun.Execute(model,
            new SamplingRequest { Prompts = ["red square", "颜色2"], Count = 2, Steps = 4, Guidance = 2 });
        Assert.Equal([2, 3, 8, 8], result.Shape);
    }

    [Fact]
    public void A_text_encoder_first_learns_what_its_captions_look_like()
    {
        var autoencoder = Path.Combine(_folder, "vae");
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(30), new(), autoencoder))
            trainer.Run(ct: TestContext.Current.CancellationToken);
        string Of(string name, int textSteps, params int[] stops)
        {
            var folder = Path.Combine(_folder, name);
            List<CaptionProgress> told = [];
            for (var part = 0; part <= stops.Length; part++)
            {
                using var trainer = new TextToImageTrainer(Images("{text}", "{text_zh}"), autoencoder, s_unet, s_text, 530, Options(8),
                    folder)
                { TextSteps = textSteps };
                if (part > 0) trainer.Resume();
                using var stopping = new CancellationTokenSource();
                var stop = part < stops.Length ? stops[part] : -1;
                trainer.Run(p => { if (p.Step == stop) stopping.Cancel(); }, stopping.Token, told.Add);
            }
            Assert.Equal(Enumerable.Range(1, textSteps), told.Select(p => p.Step));
            if (textSteps > 0) Assert.True(told[^1].Loss < 0.05, $"{told[0].Loss} → {told[^1].Loss}");
            return Path.Combine(folder, "model");
        }
        string[] models = [Of("once", 400), Of("twice", 400, 3), Of("never", 0)];
        byte[][] texts = [.. models.Select(m => File.ReadAllBytes(Path.Combine(m, "text_encoder", "model.safetensors")))];
        // A resumed training has the text steps behind it, and ends as one that was not stopped.
        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
        Assert.Equal("400", Json.Read<ModelManifest>(Path.Combine(models[0], "playground.json")).Training!["text-steps"]);
    }

    [Fact]
    public void A_training_that_is_stopped_in_its_text_steps_writes_no_checkpoint_and_begins_anew()
    {
        var (autoencoder, folder) = (Path.Combine(_folder, "vae"), Path.Combine(_folder, "model"));
        using (var trainer = new AutoencoderTrainer(Images("{text}"), s_autoencoder, Options(2), new(), autoencoder))
            trainer.Run(ct: TestContext.Current.CancellationToken);
        TextToImageTrainer Create() => new(Images("{text}"), autoencoder, s_unet, s_text, 530, Options(2), folder)
        { TextSteps = 10 };
        using (var stopping = new CancellationTokenSource())
        using (var trainer = Create())
        {
            Assert.False(trainer.Run(null, stopping.Token, p => { if (p.Step == 4) stopping.Cancel(); }));
            Assert.False(Directory.Exists(Path.Combine(folder, "model")));
        }
        using var again = Create();
        Assert.Throws<PlaygroundException>(again.Resume);
        Assert.True(again.Run(ct: TestContext.Current.CancellationToken));
        Assert.Contains("text-steps is -1; it must be at least 0", Assert.Throws<PlaygroundException>(() => new TextToImageTrainer(
            Images("{text}"), autoencoder, s_unet, s_text, 530, Options(2), folder)
        { TextSteps = -1 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_and_positions_begin_as_narrow_as_CLIPs()
    {
        using var random = new Generator(3);
        using var text = new ClipTextModel(s_text with { HiddenSize = 64, VocabSize = 600, BosTokenId = 598, EosTokenId = 599 }, random);
        var tables = text.state_dict().Where(w => w.Key.Contains("embedding", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, tables.Count);
        Assert.All(tables, t => Assert.Equal(0.02, t.Value.std().item<float>(), 0.002));
    }

    [Fact]
    public void Captions_are_read_from_text_files_beside_the_images_too()
    {
        File.Delete(Path.Combine(Data, "metadata.jsonl"));
        File.WriteAllText(Path.Combine(Data, "red.txt"), "a red\r\n square\n");
        File.WriteAllText(Path.Combine(Data, "blue.caption"), "蓝色", System.Text.Encoding.Unicode);
        Assert.Equal([["蓝色, flat"], ["a red square, flat"]], Images("{text}, flat").Captions);
        Assert.Contains("No caption file of", Assert.Throws<PlaygroundException>(() => Images("{style}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_are_read_from_a_packed_data_set_too()
    {
        var path = Path.Combine(_folder, "set.safetensors");
        using (var writer = new StoredDatasetWriter(path, new(2, 3, 8, ["cat", "dog"], [0, 1], ["a cat", null])))
        {
            writer.Append(Enumerable.Repeat((byte)7, 192).ToArray());
            writer.Append(new byte[192]);
            writer.Finish();
        }
        CaptionedImages Load(int size, string template)
            => CaptionedImages.Load(path, size, 3, [template], TestContext.Current.CancellationToken);
        var data = Load(8, "{text}, {class}");
        Assert.Equal([["a cat, cat"]], data.Captions);
        var pixels = new byte[192];
        data.Read(0, pixels);
        Assert.All(pixels, p => Assert.Equal(7, p));
        Assert.EndsWith("has the field {mood}; there is {text}, {class}.",
            Assert.Throws<PlaygroundException>(() => Load(8, "{mood}")).Message, StringComparison.Ordinal);
        Assert.Contains("holds images of 8×8 with 3 channels, and 16×16 with 3 are wanted",
            Assert.Throws<PlaygroundException>(() => Load(16, "{text}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_that_cannot_be_had_are_said()
    {
        Assert.Contains("No line of", Assert.Throws<PlaygroundException>(() => Images("{nothing}")).Message, StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(Data, "metadata.jsonl"), """{"file_name": "../secret.png", "text": "x"}""" + "\n");
        Assert.Contains("Line 4 of metadata.jsonl names '../secret.png', which is outside the folder",
            Assert.Throws<PlaygroundException>(() => Images("{text}")).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Data, "metadata.jsonl"), "{broken\n");
        Assert.Contains("Line 1 of metadata.jsonl is not an object of JSON",
            Assert.Throws<PlaygroundException>(() => Images("{text}")).Message,
            StringComparison.Ordinal);
        Assert.Equal("The data folder '/does/not/exist' does not exist.",
            Assert.Throws<PlaygroundException>(() => CaptionedImages.Load("/does/not/exist", 8, 3, ["{text}"])).Message);
        File.Delete(Path.Combine(Data, "metadata.jsonl"));
        Assert.Contains("has no metadata.jsonl", Assert.Throws<PlaygroundException>(() => Images("{text}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_tokenizer_makes_few_tokens_of_what_it_has_seen_and_survives_saving()
    {
        var tokenizer = ClipTokenizer.Learn(["red square", "red circle", "red square", "颜色 红"], 540);
        Assert.Equal(["red", "square"], tokenizer.Encode("red square").Select(t => tokenizer.Decode([t])));
        Assert.True(tokenizer.Size <= 540);
        tokenizer.Save(Path.Combine(_folder, "tokenizer"), 12);
        var again = ClipTokenizer.Load(Path.Combine(_folder, "tokenizer"));
        Assert.Equal(tokenizer.Encode("a red 颜色 unseen"), again.Encode("a red 颜色 unseen"));
        Assert.Equal("a red 颜色 unseen", again.Decode(again.Encode("a red 颜色 unseen")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
