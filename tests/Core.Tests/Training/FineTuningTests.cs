using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Schedules;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class FineTuningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tuning-").FullName;
    private readonly TinyModel _base = new();
    private readonly TrainingOptions _options = new()
    { Steps = 6, BatchSize = 4, WarmupSteps = 0, CheckpointEvery = 3, Seed = 5, Ema = 0.5, LearningRate = 1e-2 };

    public void Dispose()
    {
        _base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private Trainer Tune(string name, LoraOptions? lora = null, int? classes = 3, TrainingOptions? options = null)
        => Trainer.FromModel(_base.Folder, new Gradients(classes: classes), options ?? _options, At(name), classes is not null, lora);

    private static Tensor Output(string folder, long? label = 1)
    {
        using var model = ModelFolder.Load(folder);
        using var guard = no_grad();
        using var random = new Generator(1);
        return model.Network.call(randn([2, 1, 8, 8], generator: random), tensor([10L, 900]),
            label is { } k ? full([2], k, ScalarType.Int64) : null);
    }

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<float>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void At_step_0_it_answers_as_the_model_that_it_goes_on_from(bool lora)
    {
        using var scope = NewDisposeScope();
        using (var trainer = Tune("zero", lora ? new LoraOptions(4, 8) : null)) trainer.SaveModel(At("zero"));
        Assert.Equal(0, Distance(Output(_base.Folder), Output(At("zero"))));
    }

    [Fact]
    public void Adapters_alone_are_trained_and_merged_they_answer_as_beside_the_frozen_weights()
    {
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(_base.Folder);
        var before = model.Network.state_dict().ToDictionary(w => w.Key, w => w.Value.clone());
        using var random = new Generator(3);
        using var adapters = new LoraAdapters(model.Network, new LoraOptions(4, 6), random, CPU);
        Assert.All(adapters.Parameters, p => Assert.True(p.parameter.requires_grad));

        using var guard = enable_grad();
        var (x, t, k) = (randn([2, 1, 8, 8], generator: random), tensor([10L, 900]), tensor([0L, 2]));
        var optimizer = new AdamW(adapters.Parameters);
        for (var i = 0; i < 3; i++)
        {
            foreach (var (_, parameter) in adapters.Parameters) parameter.grad = null;
            model.Network.call(x, t, k).square().mean().backward();
            optimizer.Step(0.02, 1);
        }
        optimizer.Dispose();
        Assert.All(model.Network.named_parameters(),
            p => Assert.True(p.parameter.eq(before[p.name]).all().item<bool>() && p.parameter.grad is null, p.name));
        Assert.All(adapters.Parameters.Where(p => p.name.EndsWith("lora_B.weight", StringComparison.Ordinal)),
            p => Assert.NotEqual(0, p.parameter.abs().max().item<float>()));

        using var still = no_grad();
        var beside = model.Network.call(x, t, k);
        var merged = LoraAdapters.Merge(before, adapters.Parameters.ToDictionary(p => p.name, p => (Tensor)p.parameter), adapters.Options);
        using var plain = new UNet2D(TinyModel.Config, new Generator(1));
        ModelFolder.Assign(plain, merged, "merged");
        var apart = Distance(plain.call(x, t, k), beside);
        Assert.InRange(apart, 0, 1e-5);
        Assert.InRange(Distance(beside, Output(_base.Folder)), 1e-3, 100);
    }

    [Fact]
    public void Every_convolution_and_attention_projection_has_an_adapter_with_the_starting_weights_of_the_paper()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet2D(TinyModel.Config, new Generator(1));
        using var random = new Generator(3);
        using var adapters = new LoraAdapters(network, new LoraOptions(4, 4), random, CPU);
        var expected = network.named_parameters().Where(p => p.name.EndsWith(".weight", StringComparison.Ordinal)
            && (p.parameter.shape.Length == 4 || p.name.Contains(".to_", StringComparison.Ordinal)))
                .Select(p => p.name[..^".weight".Length]);
        Assert.Equal(expected.Order(), adapters.Targets.Order());
        foreach (var (name, parameter) in adapters.Parameters)
        {
            var most = parameter.abs().max().item<float>();
            var bound = 1 / Math.Sqrt(parameter.shape[1..].Aggregate(1L, (a, b) => a * b));
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal)) Assert.Equal(0, most);
            else Assert.InRange(most, 0.5 * bound, bound);
        }
    }

    [Fact]
    public void The_adapter_file_has_the_names_of_diffusers_and_makes_the_merged_model_from_the_base()
    {
        using var scope = NewDisposeScope();
        using (var trainer = Tune("file", new LoraOptions(2, 6))) Assert.True(trainer.Run());
        var header = SafetensorsFile.ReadHeader(Path.Combine(At("file"), LoraFile.Name));
        Assert.Contains("unet.mid_block.attentions.0.to_out.0.lora_A.weight", header.Entries.Select(e => e.Name));
        Assert.Contains("\"unet.r\":2", header.Metadata["lora_adapter_metadata"], StringComparison.Ordinal);

        var (adapters, options) = LoraFile.Read(Path.Combine(At("file"), LoraFile.Name));
        Assert.Equal(new LoraOptions(2, 6), options);
        var weights = SafetensorsFile.Read(_base.Weights);
        var merged = LoraAdapters.Merge(weights, adapters, options);
        var saved = SafetensorsFile.Read(Path.Combine(At("file"), "unet", "diffusion_pytorch_model.safetensors"));
        Assert.Equal(saved.Keys.Order(), merged.Keys.Order());
        Assert.All(saved, w => Assert.InRange(Distance(w.Value, merged[w.Key]), 0, 1e-6));
        Assert.Contains(saved, w => Distance(w.Value, weights[w.Key]) > 1e-3);
    }

    [Theory]
    [InlineData(false, "f32")]
    [InlineData(true, "f32")]
    [InlineData(true, "bf16")]
    public void Resuming_is_exact(bool lora, string precision)
    {
        var (adapters, options) = (lora ? new LoraOptions(4, 4) : null, _options with { Precision = precision });
        using (var whole = Tune("whole", adapters, options: options)) Assert.True(whole.Run());
        using (var cancel = new CancellationTokenSource())
        using (var stopped = Tune("stopped", adapters, options: options))
            Assert.False(stopped.Run(p => { if (p.Step == 4) cancel.Cancel(); }, cancel.Token));
        using (var resumed = Tune("stopped", adapters, options: options))
        {
            resumed.Resume();
            Assert.Equal(4, resumed.Step);
            Assert.True(resumed.Run());
        }
        string[] parts = ["unet/diffusion_pytorch_model.safetensors", .. lora ? [LoraFile.Name] : Array.Empty<string>()];
        foreach (var part in parts)
            Assert.Equal(File.ReadAllBytes(Path.Combine(At("whole"), part)), File.ReadAllBytes(Path.Combine(At("stopped"), part)));
    }

    [Fact]
    public void A_checkpoint_of_another_origin_is_refused()
    {
        using (var trainer = Tune("origin", new LoraOptions(4, 4))) trainer.Run();
        using var other = Tune("origin");
        Assert.Contains("+lora r4 a4", Assert.Throws<PlaygroundException>(other.Resume).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_models_own_parameterization_and_schedule_are_kept_whatever_the_options_say()
    {
        var scheduler = new SchedulerConfig
        {
            PredictionType = "v_prediction",
            BetaSchedule = "squaredcos_cap_v2",
            NumTrainTimesteps = 300,
            ClipSample = true
        };
        using (var network = new UNet2D(TinyModel.Config, new Generator(1)))
            ModelFolder.Save(At("v"), network, TinyModel.Config, scheduler, new ModelManifest { Classes = 3 });
        using (var trainer = Trainer.FromModel(At("v"), new Gradients(), _options with { Prediction = "epsilon" }, At("tuned"),
            conditional: true)) trainer.Run();
        using var model = ModelFolder.Load(At("tuned"));
        Assert.Equal(scheduler, model.Scheduler);
    }

    [Theory]
    [InlineData(2, "gets 2: the last 1 are left out")]
    [InlineData(5, "gets 5: 2 new ones begin as the mean")]
    public void Other_classes_keep_the_rows_that_they_share_with_the_model_and_no_class(int classes, string note)
    {
        using var scope = NewDisposeScope();
        using (var trainer = Tune("classes", classes: classes))
        {
            Assert.Contains(note, trainer.Note, StringComparison.Ordinal);
            trainer.SaveModel(At("classes"));
        }
        Tensor Table(string folder)
            => SafetensorsFile.Read(Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"))["class_embedding.weight"];
        var (before, after) = (Table(_base.Folder), Table(At("classes")));
        Assert.Equal([classes + 1, before.shape[1]], after.shape);
        for (var k = 0; k < Math.Min(3, classes); k++) Assert.Equal(0, Distance(before[k], after[k]));
        for (var k = 3; k < classes; k++) Assert.InRange(Distance(before.narrow(0, 0, 3).mean([0]), after[k]), 0, 1e-6);
        Assert.Equal(0, Distance(before[3], after[classes]));
        using var model = ModelFolder.Load(At("classes"));
        Assert.Equal((classes, true), (model.Classes!.Value, model.Summary.HasNullClass));
    }

    [Fact]
    public void Without_classes_the_model_goes_on_from_its_no_class()
    {
        using var scope = NewDisposeScope();
        using (var trainer = Tune("none", classes: null))
        {
            Assert.Contains("taken out", trainer.Note, StringComparison.Ordinal);
            trainer.SaveModel(At("none"));
        }
        Assert.InRange(Distance(Output(_base.Folder, 3), Output(At("none"), null)), 0, 1e-5);
    }

    [Theory]
    [InlineData(3, 2.5)]
    [InlineData(null, null)]
    public void The_guidance_to_begin_with_is_the_models_where_there_is_still_a_no_class(int? classes, double? guidance)
    {
        Json.Write(Path.Combine(_base.Folder, "playground.json"),
            Json.Read<ModelManifest>(Path.Combine(_base.Folder, "playground.json")) with { Guidance = 2.5 });
        using (var trainer = Tune("guided", classes: classes)) trainer.SaveModel(At("guided"));
        Assert.Equal(guidance, Json.Read<ModelManifest>(Path.Combine(At("guided"), "playground.json")).Guidance);
    }

    [Fact]
    public void A_model_without_classes_gets_them_and_begins_as_it_was()
    {
        using var scope = NewDisposeScope();
        var config = TinyModel.Config with { NumClassEmbeds = null };
        using (var network = new UNet2D(config, new Generator(1))) ModelFolder.Save(At("plain"), network, config, new SchedulerConfig());
        using (var trainer = Trainer.FromModel(At("plain"), new Gradients(), _options, At("gets"), conditional: true))
            trainer.SaveModel(At("gets"));
        Assert.Equal(0, Distance(Output(At("plain"), null), Output(At("gets"), 2)));
    }

    [Fact]
    public void The_model_says_what_it_was_made_from()
    {
        using (var trainer = Tune("lineage", new LoraOptions(2, 4)))
        {
            trainer.Run();
            trainer.SaveModel(At("lineage"), new ModelLineage { Dataset = "ramps", DatasetVersion = 2, DatasetHash = "abc" });
        }
        var manifest = Json.Read<ModelManifest>(Path.Combine(At("lineage"), "playground.json"));
        Assert.Equal(new ModelLineage
        {
            Dataset = "ramps",
            DatasetVersion = 2,
            DatasetHash = "abc",
            Parent = Path.GetFileName(_base.Folder),
            ParentHash = ModelCatalog.Describe(_base.Folder).Hash,
            Step = 6,
            LoraRank = 2,
            LoraAlpha = 4,
        }, manifest.Lineage);
        Assert.Equal("6", manifest.Training!["steps"]);
    }

    [Theory]
    [InlineData(0, 1, "rank is 0; it must be 1 to 256.")]
    [InlineData(4, 0, "alpha is 0; it must be above 0 and at most 10000.")]
    [InlineData(4, double.NaN, "alpha is NaN; it must be above 0 and at most 10000.")]
    public void Rank_and_alpha_out_of_range_are_refused(int rank, double alpha, string message)
        => Assert.Equal(message, Assert.Throws<PlaygroundException>(() => Tune("bad", new LoraOptions(rank, alpha))).Message);
}
