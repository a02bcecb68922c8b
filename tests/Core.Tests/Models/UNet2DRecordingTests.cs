using System.IO.Compression;
using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Sampling;
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

    // Its scores are noise over σ: float32 itself is 4e-6 from float64 there.
    private static double Tolerance(string name) => name is "unet-fourier" or "unet-skip" ? 5e-5 : 1e-5;

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

    [Fact]
    public void The_architecture_of_ddpm_cifar10_32_has_the_names_and_shapes_of_its_328_tensors()
    {
        using var network = new UNet2D(new UNet2DConfig
        {
            BlockOutChannels = [128, 256, 256, 256],
            DownBlockTypes = ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
            DownsamplePadding = 0,
            FlipSinToCos = false,
            FreqShift = 1,
            NormEps = 1e-6,
            AttentionHeadDim = null,
        });
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
