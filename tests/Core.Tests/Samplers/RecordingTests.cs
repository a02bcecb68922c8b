using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

/// <summary>
/// Whole runs of diffusers 0.27.2's schedulers, recorded with the model x·t/(t+1) and fixed noise (Recordings/samplers.json and
/// .safetensors): every sampler here must make the same x, by the same timesteps, at every step.
/// </summary>
public sealed class RecordingTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings");
    private static readonly Dictionary<string, JsonNode> s_cases =
        JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, "samplers.json")))!.AsArray().ToDictionary(c => (string)c!["id"]!, c => c!);

    // What is not offered here: Euler's churn, which is no key of a file.
    private static bool IsOffered(JsonNode c) => c["step_args"]?["s_churn"] is null;

    public static TheoryData<string> Cases() => [.. s_cases.Where(c => IsOffered(c.Value)).Select(c => c.Key)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_makes_what_diffusers_makes(string id)
    {
        using var scope = NewDisposeScope();
        var (c, tensors) = (s_cases[id], SafetensorsFile.Read(Path.Combine(s_folder, "samplers.safetensors")));
        var sampler = Create(c);
        Assert.All(c["timesteps"]!.AsArray().Zip(sampler.Timesteps, (wanted, t) => (float)wanted! - t), d => Assert.Equal(0, d, 2e-3f));
        Assert.Equal(c["timesteps"]!.AsArray().Count, sampler.Timesteps.Count);
        Assert.Equal((float)c["init_noise_sigma"]!, sampler.InitialNoiseSigma, 1e-4f * sampler.InitialNoiseSigma);

        var (x, draws) = (tensors["x_init"] * sampler.InitialNoiseSigma, 0);
        var scale = (float?)c["model_scale"] ?? 1;
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            var t = sampler.Timesteps[i];
            var prediction = sampler.ScaleInput(i, x) * t / (t + 1) * scale;
            if ((float?)c["predicted_variance"] is { } v) prediction = cat([prediction, full(x.shape, v)], 1);
            (x, _, history) = sampler.Step(i, x, prediction, history, sampler.NeedsNoise(i) ? tensors["noise"][draws++] : null);
            var sum = (float)c["step_sum_abs"]![i]!;
            Assert.Equal(sum, x.abs().sum().item<float>(), 1e-3f * MathF.Max(1, sum / 100));
        }
        var final = tensors[$"{id}.final"];
        Assert.Equal(0, (x - final).abs().max().item<float>(), 1e-4f * MathF.Max(1, final.abs().max().item<float>()));
    }

    [Fact]
    public void DDIM_by_its_own_list_differs_from_diffusers_for_linspace_and_trailing_and_not_for_leading()
    {
        foreach (var spacing in new[] { "leading", "linspace", "trailing" })
        {
            using var scope = NewDisposeScope();
            var options = new SamplerOptions { Spacing = spacing };
            var (x, eps) = (ones([1, 1, 2, 2]) * 0.3, ones([1, 1, 2, 2]) * -0.7);
            float At(bool? stride) => SamplerFactory.Create("ddim", new SchedulerConfig(), 10,
                options with { DiffusersPreviousTimestep = stride }).Step(4, x, eps, [], null).Previous.mean().item<float>();
            // Trailing's steps are T/n apart too, down to the last, which goes to ᾱ = 1 either way.
            Assert.Equal(spacing != "linspace", At(null) == At(true));
        }
    }

    private static ISampler Create(JsonNode c)
    {
        var (scheduler, config, steps) = ((string)c["scheduler"]!, c["config"]!, (int)c["steps"]!);
        var file = Json.Parse<SchedulerConfig>(config.ToJsonString()) with { ClassName = scheduler };
        var name = scheduler switch
        {
            "DDPMScheduler" => "ddpm",
            "DDIMScheduler" => "ddim",
            "EulerDiscreteScheduler" => "euler",
            "EulerAncestralDiscreteScheduler" => "euler-a",
            "HeunDiscreteScheduler" => "heun",
            "DPMSolverMultistepScheduler" => ((string)config["algorithm_type"]!).StartsWith("sde", StringComparison.Ordinal)
                ? "dpmpp-2m-sde"
                : "dpmpp-2m",
            "UniPCMultistepScheduler" => "unipc",
            "PNDMScheduler" => "pndm",
            _ => "lcm",
        };
        return SamplerFactory.Create(name, file, steps, new SamplerOptions
        {
            Order = name.StartsWith("dpm", StringComparison.Ordinal) ? (int?)config["solver_order"] : null,
            Eta = (double?)c["eta"],
            RederiveNoise = (bool?)c["step_args"]?["use_clipped_model_output"],
            DiffusersPreviousTimestep = name is "ddpm" or "ddim" or "pndm" ? true : null,
        });
    }
}
