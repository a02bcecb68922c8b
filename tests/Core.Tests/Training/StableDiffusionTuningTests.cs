using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Generation.Lora;
using Playground.Core.Imaging;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Tests.TextToImage;
using Playground.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

/// <summary>Going on from the recorded Stable Diffusion folders of random weights, on three images with captions.</summary>
public sealed class StableDiffusionTuningTests : IDisposable
{
    private static readonly TrainingOptions s_options = new()
    { Steps = 6, BatchSize = 4, WarmupSteps = 0, CheckpointEvery = 1000, Seed = 5, Ema = 0.5, LearningRate = 1e-3, Weighting = "min_snr" };

    private readonly string _folder = Directory.CreateTempSubdirectory("sd-tuning-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public StableDiffusionTuningTests()
    {
        Directory.CreateDirectory(At("data"));
        var lines = new List<string>();
        foreach (var (name, i) in new[] { "red", "green", "blue" }.Select((n, i) => (n, i)))
        {
            var pixels = new byte[16 * 16 * 3];
            for (var p = 0; p < 256; p++) pixels[3 * p + i] = 255;
            File.WriteAllBytes(At("data", name + ".png"),
                PngFile.Encode(new PictureBatch(1, 16, 16, 3, pixels), new Dictionary<string, string>()));
            lines.Add($$"""{"file_name": "{{name}}.png", "text": "{{name}} square"}""");
        }
        File.WriteAllLines(At("data", "metadata.jsonl"), lines);
    }

    private string At(params string[] path) => Path.Combine([_folder, .. path]);

    private TextToImageTrainer Tune(string name, string model = "sd1", LoraOptions? lora = null, bool trainsText = false,
        TrainingOptions? options = null) => TextToImageTrainer.FromModel(Path.IsPathRooted(model) ? model : Recorded.At(model),
            CaptionedImages.Load(At("data"), 16, 3, ["{text}"], Ct), options ?? s_options, At(name), lora, trainsText);

    // What the U-Net answers to one thing.
    private static Tensor Answer(StableDiffusionModel model)
    {
        using var guard = inference_mode();
        using var random = new Generator(1);
        var x = randn([2, 4, 8, 8], generator: random);
        var text = randn([2, 77, model.UNet.Config.CrossAttentionDim], generator: random);
        return model.UNet.call(x, tensor([10L, 900]), text);
    }

    private static Tensor Answer(string folder, string? lora = null)
    {
        using var model = StableDiffusionFolder.Load(folder);
        model.SetLoras(lora is null ? [] : [new LoraChoice(lora)]);
        return Answer(model);
    }

    private static IReadOnlyDictionary<string, Tensor> Weights(string folder, string part)
        => SafetensorsFile.Read(Path.Combine(folder, part, part == "text_encoder" ? "model.safetensors"
            : "diffusion_pytorch_model.safetensors"));

    private static string[] Changed(string before, string after, string part)
    {
        using var scope = NewDisposeScope();
        var (old, now) = (WeightNames.Current(Weights(before, part), part), Weights(after, part));
        return [.. now.Where(w => !w.Value.to(ScalarType.Float32).eq(old[w.Key].to(ScalarType.Float32).reshape(w.Value.shape)).all()
            .item<bool>()).Select(w => w.Key)];
    }

    [Theory]
    [InlineData("sd1", false)]
    [InlineData("sd1", true)]
    [InlineData("sd2", false)]
    [InlineData("sd2", true)]
    public void The_loss_falls_with_all_weights_and_with_adapters(string model, bool isLora)
    {
        List<double> losses = [];
        var options = s_options with { Steps = 160, LearningRate = isLora ? 1e-2 : 2e-3, Weighting = "uniform" };
        using (var trainer = Tune("run", model, isLora ? new LoraOptions(8, 8) : null, options: options))
            Assert.True(trainer.Run(p => losses.Add(p.Loss), Ct));
        var (first, last) = (losses.Take(30).Average(), losses.TakeLast(30).Average());
        Assert.True(last < first * 0.97, $"{first} → {last}");
        // What was predicted stays what is predicted.
        Assert.Equal(model == "sd2" ? "v_prediction" : "epsilon", StableDiffusionFolder.Describe(At("run", "model")).Scheduler
            .PredictionType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_text_encoder_is_frozen_unless_it_is_asked_for_and_the_autoencoder_always(bool trainsText)
    {
        using (var trainer = Tune("run", trainsText: trainsText)) trainer.Run(ct: Ct);
        Assert.Empty(Changed(Recorded.At("sd1"), At("run", "model"), "vae"));
        Assert.Equal(trainsText, Changed(Recorded.At("sd1"), At("run", "model"), "text_encoder").Length > 0);
        Assert.Contains("conv_in.weight", Changed(Recorded.At("sd1"), At("run", "model"), "unet"));
    }

    [Fact]
    public void Adapters_change_the_attention_alone_and_at_strength_1_their_file_makes_the_trained_model_of_the_first()
    {
        using var scope = NewDisposeScope();
        // In float32, so that what is saved is what was computed.
        var wide = At("wide");
        using (var model = StableDiffusionFolder.Load(Recorded.At("sd1"))) StableDiffusionFolder.Save(wide, model);
        using (var trainer = Tune("run", wide, new LoraOptions(3, 6), options: s_options with { LearningRate = 1e-2 }))
        {
            Assert.True(trainer.TrainedParameters < trainer.AllParameters / 10);
            trainer.Run(ct: Ct);
        }
        var changed = Changed(wide, At("run", "model"), "unet");
        Assert.NotEmpty(changed);
        Assert.All(changed, name => Assert.Matches(@"\.attn[12]\.to_(q|k|v|out\.0)\.weight$", name));
        Assert.Empty(Changed(wide, At("run", "model"), "text_encoder"));

        var file = At("run", "model", LoraFile.Name);
        var report = LoraFit.Of(wide, file);
        Assert.Empty(report.Unmatched);
        Assert.Equal(changed.Length, report.Layers);
        var (plain, with, trained) = (Answer(wide), Answer(wide, file),
            Answer(At("run", "model")));
        Assert.True(Recorded.Distance(plain, trained) > 1e-3, "It learned something.");
        Assert.InRange(Recorded.Distance(with, trained), 0, 2e-5);

        // Under the names that diffusers with PEFT gave the same layers.
        static HashSet<string> Names(string lora) => [.. SafetensorsFile.ReadHeader(lora).Entries.Select(e => e.Name)];
        Assert.Subset(Names(Recorded.At("lora-peft.safetensors")), Names(file));

        // Readers that know nothing of α take the product as it is.
        var tensors = SafetensorsFile.Read(file).ToDictionary();
        SafetensorsFile.Write(At("plain.safetensors"), tensors);
        Assert.InRange(Recorded.Distance(Answer(wide, At("plain.safetensors")), trained), 0, 2e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stopped_run_ends_bit_for_bit_as_one_that_was_not(bool isLora)
    {
        var lora = isLora ? new LoraOptions(4, 4) : null;
        using (var trainer = Tune("once", lora: lora)) Assert.True(trainer.Run(ct: Ct));
        using (var stopping = new CancellationTokenSource())
        using (var trainer = Tune("twice", lora: lora))
            Assert.False(trainer.Run(p => { if (p.Step == 2) stopping.Cancel(); }, stopping.Token));
        using (var trainer = Tune("twice", lora: lora))
        {
            trainer.Resume();
            Assert.Equal(2, trainer.Step);
            Assert.True(trainer.Run(ct: Ct));
        }
        foreach (var file in new[] { "unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors" }
            .Concat(isLora ? [LoraFile.Name] : []))
            Assert.Equal(File.ReadAllBytes(At("once", "model", file)), File.ReadAllBytes(At("twice", "model", file)));
    }

    [Fact]
    public void At_step_0_it_answers_as_the_model_that_it_goes_on_from()
    {
        using var scope = NewDisposeScope();
        foreach (var lora in new[] { null, new LoraOptions(4, 8) })
        {
            using (var trainer = Tune("zero", lora: lora)) trainer.SaveModel(At("zero", "model"));
            Assert.Equal(0, Recorded.Distance(Answer(Recorded.At("sd1")), Answer(At("zero", "model"))));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_guidance_and_the_prompts_to_begin_with_are_the_models_that_it_goes_on_from(bool isLora)
    {
        using (var parent = StableDiffusionFolder.Load(Recorded.At("sd1")))
            StableDiffusionFolder.Save(At("parent"), parent, new ModelManifest { Guidance = 2, Prompts = ["red square"], Shipped = true });
        using (var trainer = Tune("tuned", At("parent"), isLora ? new LoraOptions(4, 8) : null)) trainer.SaveModel(At("tuned", "model"));
        var manifest = StableDiffusionFolder.Open(At("tuned", "model")).Manifest;
        Assert.Equal(2, manifest.Guidance);
        Assert.Equal(["red square"], manifest.Prompts);
        Assert.False(manifest.Shipped);
        Assert.Equal("parent", manifest.Lineage!.Parent);
    }

    [Fact]
    public void Latents_are_made_once_for_images_and_anew_for_others()
    {
        var latents = At("run", "latents.safetensors");
        using (Tune("run")) Assert.True(File.Exists(latents));
        var (written, before) = (File.GetLastWriteTimeUtc(latents), File.ReadAllBytes(latents));
        using (Tune("run")) Assert.Equal(written, File.GetLastWriteTimeUtc(latents));
        File.Copy(At("data", "blue.png"), At("data", "red.png"), overwrite: true);
        using (Tune("run")) Assert.NotEqual(before, File.ReadAllBytes(latents));
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_with_the_reason()
    {
        Assert.Contains("for inpainting: its U-Net takes 9 channels", Refused(() => Tune("run", "inpaint")), StringComparison.Ordinal);
        Assert.Contains("rank is 0; it must be 1 to 256", Refused(() => Tune("run", lora: new LoraOptions(0, 1))),
            StringComparison.Ordinal);
        Assert.Contains("Leave one of them out", Refused(() => Tune("run", lora: new LoraOptions(4, 4), trainsText: true)),
            StringComparison.Ordinal);
        Assert.Contains("takes squares of multiples of 2", Refused(() => TextToImageTrainer.FromModel(Recorded.At("sd1"),
            CaptionedImages.Load(At("data"), 15, 3, ["{text}"], Ct), s_options, At("run"))), StringComparison.Ordinal);
        // A run of adapters is not gone on with by one of all weights.
        using (var trainer = Tune("lora", lora: new LoraOptions(4, 4))) trainer.Run(ct: Ct);
        using (var trainer = Tune("lora"))
            Assert.Contains("+lora r4 a4", Assert.Throws<PlaygroundException>(trainer.Resume).Message, StringComparison.Ordinal);
    }

    private static string Refused(Func<TextToImageTrainer> make) => Assert.Throws<PlaygroundException>(() =>
    {
        using var trainer = make();
    }).Message;

    [Fact]
    public void Previews_are_of_the_images_size_and_leave_the_run_as_it_was()
    {
        var prompts = new SamplingRequest { Prompts = ["red square"], Count = 2, Steps = 2 };
        double[] Losses(bool looks)
        {
            using var trainer = Tune(looks ? "looked" : "unseen", lora: new LoraOptions(4, 4));
            List<double> losses = [trainer.Advance().Loss];
            if (looks)
            {
                using var preview = trainer.Preview(prompts);
                while (!preview.IsFinished) preview.Advance();
                var pictures = preview.Pictures();
                Assert.Equal((2, 16, 16), (pictures.Count, pictures.Height, pictures.Width));
            }
            losses.Add(trainer.Advance().Loss);
            return [.. losses];
        }
        Assert.Equal(Losses(false), Losses(true));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
