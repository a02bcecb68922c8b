using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Samplers;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>Whole runs against those of diffusers 0.27.2 with the same seeds.</summary>
public sealed class PipelineTests
{
    private const double Tolerance = 1e-4;

    private static readonly SamplingRequest s_request = new()
    {
        Prompts = ["a photo of a red apple, 3 apples", "the quick brown fox jumps over 7"],
        NegativePrompt = "blurry",
        Count = 2,
        Seed = 1000,
        Steps = 5,
        Guidance = 7.5,
    };

    public static TheoryData<string, string> Runs => new(
        from folder in new[] { "sd1", "sd2" }
        from sampler in new[] { "pndm", "ddim", "euler", "dpmpp-2m",
            "unipc" }
        select (folder, sampler));

    public static TheoryData<string, string> ImageRuns => new(
        from folder in new[] { "sd1", "sd2" } from sampler in new[] { "ddim", "euler", "dpmpp-2m" } select (folder, sampler));

    public static TheoryData<string, string, string> MaskedRuns => new(
        from folder in new[] { "sd1", "sd2", "inpaint" }
        from sampler in new[] { "ddim", "euler", "dpmpp-2m" }
        from part in new[] { "whole", "part" }
        select (folder, sampler, part));

    [Theory]
    [MemberData(nameof(Runs))]
    public void From_a_text(string folder, string sampler) => Compare(folder, $"text.{sampler}",
        s_request with { Sampler = sampler, Options = sampler == "pndm" ? new() { SkipPrkSteps = true } : SamplerOptions.Default });

    [Theory]
    [InlineData("sd1")]
    [InlineData("sd2")]
    public void With_a_layer_skipped_another_size_no_guidance_and_rescaled_guidance(string folder)
    {
        Compare(folder, "text.skip1", s_request with { ClipSkip = 1 });
        Compare(folder, "text.wide", s_request with { Width = 48, Height = 32 });
        Compare(folder, "text.unguided", s_request with { Guidance = 1 });
        Compare(folder, "text.rescaled", s_request with { GuidanceRescale = 0.7 });
    }

    [Theory]
    [MemberData(nameof(ImageRuns))]
    public void From_an_image(string folder, string sampler)
    {
        using var scope = NewDisposeScope();
        var init = PictureBatch.FromTensor(Recorded.Read(folder)["run.source"]);
        Compare(folder, $"image.{sampler}", s_request with { Sampler = sampler, Init = init, Strength = 0.6 });
    }

    [Theory]
    [MemberData(nameof(MaskedRuns))]
    public void Under_a_mask(string folder, string sampler, string part)
    {
        using var scope = NewDisposeScope();
        var io = Recorded.Read(folder);
        Compare(folder, $"inpaint.{part}.{sampler}", s_request with
        {
            Sampler = sampler,
            Init = PictureBatch.FromTensor(io["run.source"]),
            Mask = PictureBatch.FromTensor(io["run.mask"]),
            Strength = part == "whole" ? 1 : 0.6,
        });
    }

    [Fact]
    public void A_run_can_start_from_given_latents()
    {
        using var scope = NewDisposeScope();
        using var model = StableDiffusionFolder.Load(Recorded.At("sd1"));
        var io = Recorded.Read("sd1");
        var result = SamplingRun.Execute(model, s_request with { Seed = 5 }, noise: io["run.latents"].data<float>().ToArray());
        Assert.InRange(Distance(result, io["run.text.ddim"]), 0, Tolerance);
        Assert.Equal([2, 3, 32, 32], result.Shape);
    }

    [Fact]
    public async Task Requests_with_other_prompts_and_sizes_come_out_of_shared_passes_as_alone()
    {
        using var model = StableDiffusionFolder.Load(Recorded.At("sd1"));
        SamplingRequest[] requests =
        [
            s_request with { Count = 1 }, s_request with
                { Count = 2, Prompts = ["blue fox"], NegativePrompt = "", Steps = 7, Sampler = "euler" },
            s_request with { Count = 1, Width = 48 }, s_request with { Count = 1, Guidance = 1, ClipSkip = 2 },
        ];
        SamplingResult[] alone = [.. requests.Select(r => SamplingRun.Execute(model, r))];
        using var device = new DeviceThread("test");
        var engine = new SamplingEngine(device, _ => model);
        var together = await Task.WhenAll(requests.Select(r => engine.SampleAsync("m", r, ct: TestContext.Current.CancellationToken)));
        for (var i = 0; i < requests.Length; i++)
            Assert.InRange(alone[i].Values.Zip(together[i].Values, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4);
    }

    private static void Compare(string folder, string key, SamplingRequest request)
    {
        using var scope = NewDisposeScope();
        using var model = StableDiffusionFolder.Load(Recorded.At(folder));
        var result = SamplingRun.Execute(model, request);
        Assert.InRange(Distance(result, Recorded.Read(folder)["run." + key]), 0, Tolerance);
    }

    private static double Distance(SamplingResult result, Tensor expected)
        => Recorded.Distance(tensor(result.Values, [.. result.Shape.Select(s => (long)s)]), expected);
}
