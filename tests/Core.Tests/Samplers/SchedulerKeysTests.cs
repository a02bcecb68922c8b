using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

/// <summary>
/// Every key of every scheduler class of diffusers 0.27.2 that a sampler here has the name of, set to other values than its default, as
/// recorded by bench/record_scheduler_keys.py: a file with it gives the same image, or is refused by the key's name.
/// </summary>
public sealed class SchedulerKeysTests
{
    private static readonly JsonNode s_recorded = JsonNode.Parse(File.ReadAllText(
        Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "scheduler-keys.json")))!;

    private static readonly JsonArray s_cases = s_recorded["cases"]!.AsArray();

    // Not honored, and refused by name: a solver within the solver.
    private static readonly string[] s_refused = ["solver_p"];

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, s_cases.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_of_the_samplers_own_kind_gives_what_diffusers_gives(int number)
    {
        var c = s_cases[number]!;
        // What diffusers itself refuses is no matter of equality.
        if (c["refused"] is not null) return;
        using var scope = NewDisposeScope();
        var (name, options) = SamplerOf(c);
        var sampler = SamplerFactory.Create(name, FileOf(c), 6, options);
        float[] wanted = [.. c["final"]!.AsArray().Select(v => (float)v!)];
        float[] timesteps = [.. c["timesteps"]!.AsArray().Select(v => (float)v!)];
        Assert.Equal(timesteps.Length, sampler.Timesteps.Count);
        Assert.All(timesteps.Zip(sampler.Timesteps), t => Assert.Equal(t.First, t.Second, 2e-3f));
        Assert.Equal((float)c["init"]!, sampler.InitialNoiseSigma, 1e-4f * sampler.InitialNoiseSigma);
        var made = Run(sampler, learned: ((string?)c["config"]!["variance_type"])?.StartsWith("learned", StringComparison.Ordinal) == true);
        Assert.All(wanted.Zip(made), v => Assert.Equal(v.First, v.Second, 1e-4f * Math.Max(1, Math.Abs(v.First))));
    }

    [Fact]
    public void Every_key_of_every_class_is_among_them_and_makes_a_difference_or_is_refused()
    {
        var count = 0;
        foreach (var (scheduler, keys) in s_recorded["keys"]!.AsObject())
        {
            foreach (var key in keys!.AsArray().Select(k => (string)k!))
            {
                count++;
                if (s_refused.Contains(key)) continue;
                Assert.Contains(s_cases, c => (string)c!["scheduler"]! == scheduler && (string)c["key"]! == key);
            }
        }
        Assert.Equal((9, 131), (s_recorded["keys"]!.AsObject().Count, count));
    }

    [Theory]
    [InlineData("unipc", "UniPCMultistepScheduler", "\"solver_p\": {\"a\": 1}", "solver_p = {\"a\": 1}, which is not known here")]
    [InlineData("unipc", "UniPCMultistepScheduler", "\"solver_type\": \"bh3\"", "solver_type = bh3, and it must be one of bh2, bh1")]
    [InlineData("euler", "EulerDiscreteScheduler", "\"interpolation_type\": \"cubic\"",
        "interpolation_type = cubic, and it must be one of")]
    [InlineData("euler", "EulerDiscreteScheduler", "\"timestep_type\": \"odd\"", "timestep_type = odd")]
    [InlineData("euler", "EulerDiscreteScheduler", "\"use_beta_sigmas\": true", "use_beta_sigmas = true, which is not known here")]
    [InlineData("euler", "EulerDiscreteScheduler", "\"beta_strat\": 0.1", "beta_strat = 0.1, which is not known here")]
    [InlineData("dpmpp-2m", "DPMSolverMultistepScheduler", "\"algorithm_type\": \"sde-dpmsolver++\"", "adds no noise; use dpmpp-2m-sde")]
    [InlineData("dpmpp-2m", "DPMSolverMultistepScheduler", "\"algorithm_type\": \"other\"",
        "algorithm_type = other, and it must be one of")]
    [InlineData("dpmpp-2m", "DPMSolverMultistepScheduler", "\"algorithm_type\": \"dpmsolver\"", "whose steps cannot end at σ = 0")]
    [InlineData("dpmpp-2m", "DPMSolverMultistepScheduler", "\"solver_order\": 3",
        "dpmpp-2m is of order 2; use dpmpp-3m, or set the option")]
    [InlineData("dpmpp-2m", "DPMSolverMultistepScheduler", "\"final_sigmas_type\": \"max\"", "final_sigmas_type = max")]
    [InlineData("ddim", "DDPMScheduler", "\"predict_epsilon\": false", "later releases write as prediction_type sample")]
    public void What_would_be_passed_over_is_refused_by_its_name(string sampler, string scheduler, string key, string expected)
    {
        var file = Json.Parse<SchedulerConfig>($"{{\"_class_name\": \"{scheduler}\", {key}}}");
        var refusal = Assert.Throws<PlaygroundException>(() => SamplerFactory.Create(sampler, file, 6)).Message;
        Assert.StartsWith("The model's scheduler_config.json has ", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
        // Another kind of sampler does not look at it.
        SamplerFactory.Create(sampler == "pndm" ? "euler" : "pndm", file, 6);
    }

    [Theory]
    [InlineData("EulerDiscreteScheduler", "\"clip_sample\": true, \"thresholding\": true, \"skip_prk_steps\": true")]
    [InlineData("EulerDiscreteScheduler", "\"use_beta_sigmas\": false, \"flow_shift\": 1.0, \"_name\": \"x\", \"solver_p\": null")]
    [InlineData("DDPMScheduler", "\"tensor_format\": \"pt\", \"predict_epsilon\": true")]
    public void What_the_class_does_not_have_or_means_nothing_changes_nothing(string scheduler, string keys)
    {
        using var scope = NewDisposeScope();
        var name = scheduler == "DDPMScheduler" ? "ddpm" : "euler";
        var (with, without) = ($"{{\"_class_name\": \"{scheduler}\", {keys}}}", $"{{\"_class_name\": \"{scheduler}\"}}");
        Assert.Equal(Run(SamplerFactory.Create(name, Json.Parse<SchedulerConfig>(without), 6)),
            Run(SamplerFactory.Create(name, Json.Parse<SchedulerConfig>(with), 6)));
    }

    // A key that is not in the file has its own class's default.
    private static SchedulerConfig FileOf(JsonNode c)
    {
        var json = c["config"]!.DeepClone().AsObject();
        json["_class_name"] = (string)c["scheduler"]!;
        return SchedulerKeys.WithDefaults(Json.Parse<SchedulerConfig>(json.ToJsonString()), [.. json.Select(p => p.Key)]);
    }

    private static (string Name, SamplerOptions Options) SamplerOf(JsonNode c)
    {
        var config = c["config"]!;
        var order = (int?)config["solver_order"];
        var options = new SamplerOptions();
        return (string)c["scheduler"]! switch
        {
            "DDPMScheduler" => ("ddpm", options with { DiffusersPreviousTimestep = true }),
            "DDIMScheduler" => ("ddim", options with { DiffusersPreviousTimestep = true }),
            "PNDMScheduler" => ("pndm", options with { DiffusersPreviousTimestep = true }),
            "EulerDiscreteScheduler" => ("euler", options),
            "EulerAncestralDiscreteScheduler" => ("euler-a", options),
            "HeunDiscreteScheduler" => ("heun", options),
            "UniPCMultistepScheduler" => ("unipc", options),
            "LCMScheduler" => ("lcm", options),
            _ when ((string?)config["algorithm_type"])?.StartsWith("sde", StringComparison.Ordinal) == true => ("dpmpp-2m-sde", options),
            _ => (order == 3 ? "dpmpp-3m" : "dpmpp-2m", options with { Order = order == 1 ? 1 : null }),
        };
    }

    private static float[] Run(ISampler sampler, bool learned = false)
    {
        long[] shape = [1, 3, 1, 2];
        var x = tensor([.. Enumerable.Range(0, 6).Select(i => (float)(1.5 * Math.Sin(i + 1)))], shape) * sampler.InitialNoiseSigma;
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            var prediction = sampler.ScaleInput(i, x) * 0.4 + 0.1 * Math.Cos(sampler.Timesteps[i] / 100.0);
            if (learned) prediction = cat([prediction, full(shape, 0.3)], 1);
            var noise = tensor([.. Enumerable.Range(0, 6).Select(k => (float)Math.Cos(7 * i + k))], shape);
            (x, _, history) = sampler.Step(i, x, prediction, history, sampler.NeedsNoise(i) ? noise : null);
        }
        return x.data<float>().ToArray();
    }
}
