using System.IO.Compression;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

/// <summary>Against what diffusers 0.27.2 computed; Recordings/README.md says how.</summary>
public sealed class UNet2DRecordingTests
{
    public static TheoryData<string> Trained => ["unet-small-a", "unet-small-b"];

    public static TheoryData<string> Models =>
    [
        "unet-small-a", "unet-small-b", "unet-resnet-resampling", "unet-scale-shift", "unet-identity-class", "unet-fourier", "unet-learned",
        "unet-skip", "unet-attn-skip", "unet-k",
    ];

    // Outputs over a σ of 0.2 reach 9, and float32 itself is about 5e-6 from float64 there.
    private static double Tolerance(string name) => name is "unet-fourier" or "unet-skip" ? 5e-5 : 5e-6;

    private static string Recording(params string[] path) => Path.Combine([Repository.Root, "tests", "Core.Tests", "Recordings", .. path]);

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<float>();

    [Theory]
    [MemberData(nameof(Models))]
    public void The_output_is_that_of_diffusers(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new RecordedModel(Recording(name));
        using var model = ModelFolder.Load(folder.Path);
        var io = SafetensorsFile.Read(Recording(name, "io.safetensors"));
        using var guard = inference_mode();
        var output = model.Network.call(io["sample"], io["timestep"], io.GetValueOrDefault("class_labels"));
        Assert.InRange(Distance(output, io["output"]), 0, Tolerance(name));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void In_bfloat16_the_output_is_near_that_of_diffusers(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new RecordedModel(Recording(name));
        using var model = ModelFolder.Load(folder.Path);
        var io = SafetensorsFile.Read(Recording(name, "io.safetensors"));
        using var guard = inference_mode();
        using var precision = Precision.Enter(Precision.Bfloat16);
        var output = model.Network.call(io["sample"], io["timestep"], io.GetValueOrDefault("class_labels"));
        Assert.Equal(ScalarType.Float32, output.dtype);
        Assert.InRange(Distance(output, io["output"]) / io["output"].abs().max().item<float>(), 1e-6, 0.05);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradient_of_every_parameter_has_the_norm_that_it_has_in_diffusers(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new RecordedModel(Recording(name));
        using var model = ModelFolder.Load(folder.Path);
        var io = SafetensorsFile.Read(Recording(name, "io.safetensors"));
        var isFixed = model.Config.TimeEmbeddingType == "fourier" ? "time_proj.weight" : "";
        var parameters = model.Network.named_parameters().Where(p => p.name != isFixed).ToDictionary(p => p.name, p => p.parameter);
        foreach (var parameter in parameters.Values) parameter.requires_grad = true;

        model.Network.call(io["sample"], io["timestep"], io.GetValueOrDefault("class_labels")).square().mean().backward();
        var names = File.ReadAllLines(Recording(name, "grad_names.txt"));
        Assert.Equal(names.Order(), parameters.Keys.Order());
        var expected = io["grad_norms"].data<float>().ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            var norm = parameters[names[i]].grad!.norm().item<float>();
            Assert.True(Math.Abs(norm - expected[i]) <= 1e-6 + 1e-4 * expected[i], $"{names[i]}: {norm}, diffusers {expected[i]}");
        }
    }

    [Theory]
    [InlineData("unet-small-a", 1.0)]
    [InlineData("unet-small-b", 3.0, 3, 7)]
    public void Twenty_steps_of_DDIM_from_the_same_noise_end_where_diffusers_does(string name, double guidance, params int[] classes)
    {
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(Recording(name));
        var recorded = SafetensorsFile.Read(Recording(name, "ddim-20.safetensors"));
        var request = new SamplingRequest { Sampler = "ddim", Steps = 20, Count = 2, Guidance = guidance, Classes = classes };
        var result = SamplingRun.Execute(model, request, noise: recorded["x_T"].data<float>().ToArray());
        Assert.InRange(Distance(tensor(result.Values, recorded["x_0"].shape), recorded["x_0"]), 0, 1e-4);
    }

    [Theory]
    [InlineData("dpmpp-2m")]
    [InlineData("dpmpp-3m")]
    [InlineData("unipc")]
    [InlineData("euler")]
    [InlineData("heun")]
    [InlineData("pndm")]
    public void Twenty_steps_of_the_other_samplers_end_where_diffusers_does(string sampler)
    {
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(Recording("unet-small-a"));
        var noise = SafetensorsFile.Read(Recording("unet-small-a", "ddim-20.safetensors"))["x_T"];
        var recorded = SafetensorsFile.Read(Recording("unet-small-a", "solvers-20.safetensors"))[sampler];
        var result = SamplingRun.Execute(model, new SamplingRequest { Sampler = sampler, Steps = 20, Count = 2 },
            noise: noise.data<float>().ToArray());
        // This network's pictures reach 110: the distance is to the largest value.
        Assert.InRange(Distance(tensor(result.Values, recorded.shape), recorded) / recorded.abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void The_architecture_of_ddpm_cifar10_32_has_the_names_and_shapes_of_its_328_tensors()
    {
        using var network = new UNet2D(Json.Read<UNet2DConfig>(Path.Combine(Repository.Root, "models", "configs", "ddpm-cifar10-32.json")));
        Assert.Equal(35_746_307, network.ParameterCount);
        var names = network.state_dict().Select(t => $"{t.Key} {string.Join('x', t.Value.shape)}");
        Assert.Equal(File.ReadAllLines(Recording("ddpm-cifar10-32.tensors.txt")).Order(), names.Order());
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Saving_what_diffusers_wrote_gives_its_bytes_again(string name)
    {
        var folder = Directory.CreateTempSubdirectory("saved-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using var model = ModelFolder.Load(Recording(name));
            ModelFolder.Save(folder, model.Network, model.Config, model.Scheduler);
            var before = SafetensorsFile.Read(Recording(name, "unet", "diffusion_pytorch_model.safetensors"));
            var after = SafetensorsFile.Read(Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"));
            Assert.Equal(before.Keys.Order(), after.Keys.Order());
            foreach (var (key, value) in before) Assert.Equal(value.bytes.ToArray(), after[key].bytes.ToArray());
            Assert.Equal(model.Hash, ModelFolder.Load(folder).Hash);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_folder_of_2022_with_its_network_at_the_root_and_old_names_gives_what_diffusers_gives()
    {
        var folder = Directory.CreateTempSubdirectory("old-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            File.Copy(Recording("unet-small-a", "scheduler", "scheduler_config.json"), Path.Combine(folder, "scheduler_config.json"));
            var config = File.ReadAllText(Recording("unet-small-a", "unet", "config.json"))
                .Replace("\"DownBlock2D\"", "\"UNetResDownBlock2D\"", StringComparison.Ordinal)
                .Replace("\"AttnUpBlock2D\"", "\"UNetResAttnUpBlock2D\"", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
            var weights = SafetensorsFile.Read(Recording("unet-small-a", "unet", "diffusion_pytorch_model.safetensors"));
            var old = weights.ToDictionary(w => w.Key.Replace(".to_q.", ".query.", StringComparison.Ordinal)
                .Replace(".to_k.", ".key.", StringComparison.Ordinal)
                .Replace(".to_v.", ".value.", StringComparison.Ordinal).Replace(".to_out.0.", ".proj_attn.", StringComparison.Ordinal),
                w => w.Value);
            Assert.Contains("mid_block.attentions.0.proj_attn.weight", old.Keys);
            SafetensorsFile.Write(Path.Combine(folder, "diffusion_pytorch_model.safetensors"), old);

            using var model = ModelFolder.Load(folder);
            var io = SafetensorsFile.Read(Recording("unet-small-a", "io.safetensors"));
            using var guard = inference_mode();
            Assert.InRange(Distance(model.Network.call(io["sample"], io["timestep"], null), io["output"]), 0, 1e-5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Fourier_features_load_under_either_of_their_names_and_are_saved_under_both()
    {
        var folder = Directory.CreateTempSubdirectory("fourier-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using (var model = ModelFolder.Load(Recording("unet-fourier")))
                ModelFolder.Save(folder, model.Network, model.Config, model.Scheduler);
            var path = Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors");
            var tensors = SafetensorsFile.Read(path);
            Assert.True(tensors["time_proj.W"].eq(tensors["time_proj.weight"]).all().item<bool>());
            foreach (var dropped in new[] { "time_proj.W", "time_proj.weight" })
            {
                SafetensorsFile.Write(path, tensors.Where(t => t.Key != dropped).ToDictionary());
                using var model = ModelFolder.Load(folder);
                var loaded = model.Network.named_parameters().Single(p => p.name == "time_proj.weight").parameter;
                Assert.True(loaded.eq(tensors["time_proj.weight"]).all().item<bool>());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Fourier_features_are_not_trained()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet2D(TinyModel.Config with { TimeEmbeddingType = "fourier", NumClassEmbeds = null }, new Generator(1));
        network.call(ones([1, 1, 8, 8]), ones(1), null).mean().backward();
        var still = network.named_parameters().Where(p => p.parameter.grad is null).Select(p => p.name);
        Assert.Equal(["time_proj.weight"], still);
    }

    [Fact]
    public void Dropout_acts_in_training_and_not_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet2D(TinyModel.Config with { Dropout = 0.5, NumClassEmbeds = null }, new Generator(1));
        using var guard = no_grad();
        Tensor Once() => network.call(ones([1, 1, 8, 8]), ones(1), null);
        Assert.NotEqual(0, Distance(Once(), Once()));
        network.eval();
        Assert.Equal(0, Distance(Once(), Once()));
    }

    [Theory]
    [InlineData("unet-small-b", true, "give a class label")]
    [InlineData("unet-small-a", false, "leave the class labels out")]
    [InlineData("unet-identity-class", true, "give a class label")]
    public void A_condition_that_is_missing_or_too_much_is_refused(string name, bool missing, string expected)
    {
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(Recording(name));
        var io = SafetensorsFile.Read(Recording(name, "io.safetensors"));
        var refusal = Assert.Throws<PlaygroundException>(
            () => model.Network.call(io["sample"], io["timestep"], missing ? null : zeros(4, ScalarType.Int64)));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A recorded folder; where its weights are packed, a copy with them unpacked.</summary>
    private sealed class RecordedModel : IDisposable
    {
        private readonly string? _copy;

        public RecordedModel(string folder)
        {
            Path = folder;
            var packed = System.IO.Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors.gz");
            if (!File.Exists(packed)) return;
            Path = _copy = Directory.CreateTempSubdirectory("recorded-").FullName;
            foreach (var part in new[] { "unet/config.json", "scheduler/scheduler_config.json" })
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.Combine(_copy, part))!);
                File.Copy(System.IO.Path.Combine(folder, part), System.IO.Path.Combine(_copy, part));
            }
            using var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using var to = File.Create(System.IO.Path.Combine(_copy, "unet", "diffusion_pytorch_model.safetensors"));
            from.CopyTo(to);
        }

        public string Path { get; }

        public void Dispose()
        {
            if (_copy is not null) Directory.Delete(_copy, recursive: true);
        }
    }
}
