using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Checkpoints;

/// <summary>What cannot be sampled is refused alike where a model is listed, imported and sampled; what can be is sampled by all.</summary>
public sealed class ModelFitnessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fitness-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Index => Path.Combine(_folder, "model_index.json");

    private void Save(Func<UNet2DConfig, UNet2DConfig>? change = null, SchedulerConfig? scheduler = null)
    {
        var config = (change ?? (c => c))(TinyModel.Config with { NumClassEmbeds = null });
        using var random = new Generator(1);
        using var network = new UNet2D(config, random);
        ModelFolder.Save(_folder, network, config, scheduler ?? new SchedulerConfig());
    }

    private void RefusedEverywhere(string expected)
    {
        foreach (var way in new Action[]
        {
            () => ModelCatalog.Describe(_folder),
            () => ModelFolder.Verify(_folder),
            () =>
            {
                using var model = ModelFolder.Load(_folder);
                SamplingRun.Execute(model, new SamplingRequest { Steps = 2, Count = 1 });
            },
        })
        {
            var refusal = Assert.Throws<PlaygroundException>(way).Message;
            Assert.Contains(expected, refusal, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal);
        }
    }

    public static TheoryData<string, string> Unfit => new()
    {
        { "4 channels", "in_channels = 4; it must be 1 (gray) or 3 (color)" },
        { "2 channels", "in_channels = 2; it must be 1 (gray) or 3 (color)" },
        { "6 in, 3 out", "in_channels = 6 and out_channels = 3; they must be equal. The network takes a second image" },
        { "1 in, 3 out", "in_channels = 1 and out_channels = 3; they must be equal" },
        { "3 in, 6 out", "out_channels = 6, twice its in_channels; that goes with a scheduler whose variance_type is learned" },
        { "numbers as classes", "class_embed_type = timestep; it must be null. Such a network takes a number with each image" },
        { "vectors as classes", "class_embed_type = identity; it must be null. Such a network takes a vector with each image" },
        { "noise levels", "time_embedding_type = fourier; it must be positional or learned" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_network_that_cannot_be_sampled_is_refused(string kind, string expected)
    {
        Save(c => kind switch
        {
            "4 channels" => c with { InChannels = 4, OutChannels = 4 },
            "2 channels" => c with { InChannels = 2, OutChannels = 2 },
            "6 in, 3 out" => c with { InChannels = 6, OutChannels = 3 },
            "1 in, 3 out" => c with { InChannels = 1, OutChannels = 3 },
            "3 in, 6 out" => c with { InChannels = 3, OutChannels = 6 },
            "numbers as classes" => c with { ClassEmbedType = "timestep" },
            "vectors as classes" => c with { ClassEmbedType = "identity" },
            _ => c with { TimeEmbeddingType = "fourier", BlockOutChannels = [256, 16] },
        });
        RefusedEverywhere(expected);
    }

    [Theory]
    [InlineData("""{"_class_name": "LDMPipeline", "vqvae": ["diffusers", "VQModel"], "unet": ["diffusers", "UNet2DModel"]}""",
        "names vqvae beside unet and scheduler: it is a pipeline of another kind, LDMPipeline")]
    [InlineData("""{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"], "vae": [null, null]}""",
        "the network is a UNet2DConditionModel: it is a pipeline of another kind, StableDiffusionPipeline (UNet2DConditionModel)")]
    public void A_pipeline_of_another_kind_is_named_before_any_key_of_its_network(string index, string expected)
    {
        Save();
        File.WriteAllText(Index, index);
        var config = Path.Combine(_folder, "unet", "config.json");
        var json = JsonNode.Parse(File.ReadAllText(config))!;
        json["cross_attention_dim"] = 768;
        File.WriteAllText(config, json.ToJsonString());
        RefusedEverywhere(expected);
        File.Delete(Index);
        json["_class_name"] = "UNet2DConditionModel";
        File.WriteAllText(config, json.ToJsonString());
        RefusedEverywhere("_class_name = UNet2DConditionModel; it must be UNet2DModel, which works on pixels; this one takes text");
    }

    [Fact]
    public void A_size_that_is_not_given_is_asked_for_by_its_key()
    {
        Save();
        var config = Path.Combine(_folder, "unet", "config.json");
        var json = JsonNode.Parse(File.ReadAllText(config))!;
        json["sample_size"] = null;
        File.WriteAllText(config, json.ToJsonString());
        RefusedEverywhere("sample_size = null; it must be the height and width of the images that it was trained on: write it into");
    }

    public static TheoryData<string, string> Fit()
    {
        var all = new TheoryData<string, string>();
        foreach (var kind in new[] { "gray", "color", "learned variance", "learned time", "scale and shift", "one class" })
            foreach (var sampler in SamplerCatalog.Names) all.Add(kind, sampler);
        return all;
    }

    [Theory]
    [MemberData(nameof(Fit))]
    public void Whatever_is_accepted_makes_images_by_every_sampler_or_says_why_not(string kind, string sampler)
    {
        Save(c => kind switch
        {
            "color" => c with { InChannels = 3, OutChannels = 3 },
            "learned variance" => c with { OutChannels = 2 },
            "learned time" => c with { TimeEmbeddingType = "learned", NumTrainTimesteps = 1000 },
            "scale and shift" => c with { ResnetTimeScaleShift = "scale_shift" },
            "one class" => c with { NumClassEmbeds = 1 },
            _ => c,
        }, new SchedulerConfig { VarianceType = kind == "learned variance" ? "learned_range" : null });
        ModelCatalog.Describe(_folder);
        ModelFolder.Verify(_folder);
        using var model = ModelFolder.Load(_folder);
        var request = new SamplingRequest { Sampler = sampler, Steps = 5, Count = 1 };
        if (request.Validate(model.Summary) is [var problem, ..])
        {
            Assert.Equal("learned time", kind);
            Assert.Contains($"{sampler} visits some in between", problem.Message, StringComparison.Ordinal);
            return;
        }
        Assert.All(SamplingRun.Execute(model, request).Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public async Task A_prediction_that_is_no_number_stops_the_run_and_says_so_in_the_engine_too()
    {
        Save();
        var ct = TestContext.Current.CancellationToken;
        using var model = ModelFolder.Load(_folder);
        model.Network.IsFrozen = false;
        using (no_grad()) model.Network.named_parameters().First(p => p.name == "conv_out.weight").parameter.fill_(3e38);
        var request = new SamplingRequest { Steps = 4, Count = 2 };
        var alone = Assert.Throws<PlaygroundException>(() => SamplingRun.Execute(model, request));
        Assert.StartsWith("The model's prediction at timestep 750 (call 1 of 4) holds NaN or infinity, so no image can be made.",
            alone.Message, StringComparison.Ordinal);

        using var device = new Core.Engine.DeviceThread("test");
        var engine = new SamplingEngine(device, _ => model);
        var shared = await Assert.ThrowsAsync<PlaygroundException>(() => engine.SampleAsync("bad", request, ct: ct));
        Assert.Equal(alone.Message, shared.Message);
    }
}
