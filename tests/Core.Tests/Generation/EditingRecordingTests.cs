using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Generation;

/// <summary>
/// RePaint, starts from a picture and rescaled guidance as diffusers 0.27.2 makes them, recorded with the model x·t/(t+1) and the noise
/// of samplers.safetensors (Recordings/editing.json and .safetensors).
/// </summary>
public sealed class EditingRecordingTests : IDisposable
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings");
    private static readonly JsonNode s_recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, "editing.json")))!;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly IReadOnlyDictionary<string, Tensor> _wanted = SafetensorsFile.Read(Path.Combine(s_folder, "editing.safetensors"));
    private readonly Tensor _noise, _source;
    private int _draws;

    public EditingRecordingTests()
    {
        var tensors = SafetensorsFile.Read(Path.Combine(s_folder, "samplers.safetensors"));
        (_noise, _source) = (tensors["noise"], tensors["x_init"].clamp(-1, 1));
    }

    public void Dispose() => _scope.Dispose();

    public static TheoryData<int> Indices(string list) => [.. Enumerable.Range(0, s_recorded[list]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Indices), "jumps")]
    public void The_steps_of_RePaint_come_in_the_order_of_diffusers(int i)
    {
        var c = s_recorded["jumps"]![i]!;
        var steps = (int)c["steps"]!;
        var schedule = new RePaint((int)c["jump_length"]!, (int)c["resamples"]!).Schedule(steps);
        Assert.Equal(c["calls"]!.AsArray().Select(t => steps - 1 - (int)t!), schedule);
    }

    [Theory]
    [MemberData(nameof(Indices), "repaint")]
    public void A_run_of_RePaint_makes_what_diffusers_makes(int i)
    {
        var c = s_recorded["repaint"]![i]!;
        var (steps, eta) = ((int)c["trained"]!, (double)c["eta"]!);
        var config = new SchedulerConfig
        {
            NumTrainTimesteps = steps,
            BetaEnd = (float)c["beta_end"]!,
            ClipSample = (bool)c["clip_sample"]!
        };
        // diffusers' step of RePaint is DDIM's.
        var sampler = SamplerFactory.Create("ddim", config, steps, new() { Eta = eta });
        var mask = ones([1, 1, 4, 4]);
        mask.narrow(3, 0, 2).fill_(-1);
        mask.narrow(2, 3, 1).fill_(-1);
        var x = Next();
        using var inpainting = new Inpainting(_source, mask, x);
        var at = 0;
        foreach (var index in new RePaint((int)c["jump_length"]!, (int)c["resamples"]!).Schedule(steps))
        {
            // diffusers goes back one step at a time.
            for (; at > index; at--) x = sampler.MarginalAt(at - 1).AddNoise(x, sampler.MarginalAt(at), Next());
            var t = sampler.Timesteps[index];
            var noise = Next();
            x = inpainting.Merge(sampler.Step(index, x, x * (t / (t + 1)), [], noise).Previous, sampler.MarginalAt(++at), noise);
        }
        Assert.Equal((int)c["draws"]!, _draws);
        AssertNear(_wanted[$"repaint.{i}"], x, 1e-4f);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("euler")]
    [InlineData("dpmpp-2m")]
    [InlineData("pndm")]
    public void Noising_on_to_a_farther_place_makes_x_as_noisy_as_it_is_there(string name)
    {
        var sampler = SamplerFactory.Create(name, new SchedulerConfig(), 20);
        var (far, near, zero, one) = (sampler.MarginalAt(4), sampler.MarginalAt(20), zeros([1]), ones([1]));
        for (var at = 20; at > 4; at -= 3, near = sampler.MarginalAt(at))
        {
            Assert.Equal(far.Scale, far.AddNoise(one * near.Scale, near, zero).item<float>(), 1e-5f);
            var variance = MathF.Pow(far.AddNoise(one * near.Sigma, near, zero).item<float>(), 2)
                + MathF.Pow(far.AddNoise(zero, near, one).item<float>(), 2);
            Assert.Equal(1, variance / (far.Sigma * far.Sigma), 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Indices), "img2img")]
    public void A_run_from_a_picture_makes_what_diffusers_makes(int i)
    {
        var c = s_recorded["img2img"]![i]!;
        var request = new SamplingRequest
        {
            Sampler = (string)c["sampler"]!,
            Steps = (int)c["steps"]!,
            Strength = (double)c["strength"]!,
            Init = new(1, 4, 4, 3, new byte[48])
        };
        var sampler = SamplerFactory.Create(request.Sampler, new SchedulerConfig { ClassName = "None" }, request.Steps,
            request.Sampler == "ddim" ? new() { ClipSample = false } : null);
        var schedule = request.Schedule(sampler);
        Assert.All(c["timesteps"]!.AsArray().Zip(schedule, (wanted, index) => (float)wanted! - sampler.Timesteps[index]),
            d => Assert.Equal(0, d, 2e-3f));
        Assert.Equal(c["timesteps"]!.AsArray().Count, schedule.Length);

        var x = sampler.MarginalAt(schedule[0]).AddNoise(_source, Next());
        AssertNear(_wanted[$"img2img.{i}.start"], x, 1e-5f);
        IReadOnlyList<Tensor> history = [];
        foreach (var index in schedule)
        {
            var t = sampler.Timesteps[index];
            (x, _, history) = sampler.Step(index, x, sampler.ScaleInput(index, x) * (t / (t + 1)), history,
                sampler.NeedsNoise(index) ? Next() : null);
        }
        AssertNear(_wanted[$"img2img.{i}.final"], x, 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Indices), "rescale")]
    public void Guidance_is_rescaled_as_diffusers_rescales_it(int i)
    {
        var c = s_recorded["rescale"]![i]!;
        var (text, free) = (_noise[0], _noise[1] * 0.5 + 0.2);
        AssertNear(_wanted[$"rescale.{i}"], Guidance.Rescaled(free + (text - free) * (double)c["guidance"]!, text, (double)c["rescale"]!),
            1e-5f);
    }

    private Tensor Next() => _noise[_draws++ % 20];

    private static void AssertNear(Tensor wanted, Tensor x, float tolerance)
        => Assert.Equal(0, (x - wanted).abs().max().item<float>(), tolerance * MathF.Max(1, wanted.abs().max().item<float>()));
}
