using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;
using Playground.Core.Samplers;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Generation;

/// <summary>
/// Starts from pictures, masks, interpolation, seeds and guidance over an interval, with a small network of ten classes and "no class".
/// </summary>
public sealed class EditingTests : IDisposable
{
    private const int Size = 28, Half = Size / 2, Pixels = Size * Size;
    private readonly DiffusionModel _model = ModelFolder.Load(
        Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "unet-small-b"));

    public void Dispose() => _model.Dispose();

    public static TheoryData<string> Samplers() => [.. SamplerCatalog.Names];

    private static PictureBatch Pictures(int count, int seed = 7)
    {
        var pixels = new byte[count * Pixels];
        new Random(seed).NextBytes(pixels);
        return new PictureBatch(count, Size, Size, 1, pixels);
    }

    // The right half is redrawn.
    private static readonly PictureBatch s_mask = new(1, Size, Size, 1,
        [.. Enumerable.Range(0, Pixels).Select(i => i % Size < Half ? (byte)0 : (byte)255)]);

    private static IEnumerable<float> Kept(IEnumerable<float> values) => values.Where((_, i) => i % Size < Half);

    private static float[] Of(PictureBatch pictures) => [.. pictures.Pixels.Select(p => p / 127.5f - 1)];

    private static float Distance(IEnumerable<float> a, IEnumerable<float> b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Less_strength_runs_fewer_steps_and_stays_nearer_to_the_picture(string sampler)
    {
        var request = new SamplingRequest
        {
            Sampler = sampler,
            Steps = 20,
            Count = 2,
            Init = Pictures(2),
            Classes = [1],
            Options = new() { ClipSample = sampler == "pndm" ? null : true }
        };
        var (last, steps) = (0, 0);
        float Run(double strength)
        {
            var part = request with { Strength = strength };
            var result = SamplingRun.Execute(_model, part, (step, frame) => (last, steps) = (step, frame().Steps));
            Assert.Equal((part.CallsOn(_model.Summary), last), (last, steps));
            return Of(request.Init!).Zip(result.Values, (a, b) => Math.Abs(a - b)).Average();
        }
        var little = Run(0.1);
        var few = last;
        Assert.True(little < Run(0.9));
        Assert.True(few < last);
        Assert.Equal(SamplingRun.Execute(_model, request with { Strength = 0.8 }).Values, SamplingRun.Execute(_model, request).Values);
    }

    [Fact]
    public void Each_picture_starts_from_its_own_and_the_pictures_come_round_again()
    {
        var request = new SamplingRequest
        {
            Steps = 10,
            Count = 4,
            Classes = [0],
            Init = Pictures(2),
            Strength = 0.5,
            Seeds = [3, 4, 3, 4]
        };
        var result = SamplingRun.Execute(_model, request);
        Assert.Equal(result.Pictures[0].Pixels, result.Pictures[2].Pixels);
        Assert.NotEqual(result.Pictures[0].Pixels, result.Pictures[1].Pixels);
        var alone = SamplingRun.Execute(_model, request.Part(3, 1, _model.Summary));
        Assert.True(Distance(result.Values[(3 * Pixels)..], alone.Values) <= 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void What_the_mask_keeps_is_the_source_and_the_rest_is_not(string sampler)
    {
        var request = new SamplingRequest { Sampler = sampler, Steps = 12, Count = 3, Init = Pictures(3), Mask = s_mask };
        foreach (var part in new[] { request, request with { Strength = 0.5 },
            request with { RePaint = SamplerCatalog.Get(sampler).IsMemoryless ? new(3, 2) : RePaint.Once } })
        {
            PictureBatch? clean = null;
            var result = SamplingRun.Execute(_model, part, (_, frame) => clean = frame().X0);
            Assert.True(Distance(Kept(Of(part.Init!)), Kept(result.Values)) <= 1e-6f);
            Assert.Equal(part.Init!.Pixels.Where((_, i) => i % Size < Half), result.Pictures.Pixels.Where((_, i) => i % Size < Half));
            Assert.NotEqual(part.Init!.Pixels.Where((_, i) => i % Size >= Half), result.Pictures.Pixels.Where((_, i) => i % Size >= Half));
            Assert.Equal(part.Init!.Pixels.Where((_, i) => i % Size < Half), clean!.Pixels.Where((_, i) => i % Size < Half));
        }
    }

    [Fact]
    public void A_mask_at_full_strength_hides_what_was_there()
    {
        var picture = Pictures(1);
        var other = new PictureBatch(1, Size, Size, 1, [.. picture.Pixels.Select((p, i) => i % Size < Half ? p : (byte)(255 - p))]);
        var request = new SamplingRequest { Sampler = "ddpm", Steps = 12, Count = 1, Init = picture, Mask = s_mask };
        Assert.Equal(SamplingRun.Execute(_model, request).Values, SamplingRun.Execute(_model, request with { Init = other }).Values);
        Assert.NotEqual(SamplingRun.Execute(_model, request with { Strength = 0.5 }).Values,
            SamplingRun.Execute(_model, request with { Init = other, Strength = 0.5 }).Values);
    }

    [Fact]
    public void RePaint_makes_the_calls_that_its_schedule_says_and_keeps_no_tensor()
    {
        var request = new SamplingRequest
        {
            Sampler = "ddpm",
            Steps = 20,
            Count = 1,
            Init = Pictures(1),
            Mask = s_mask,
            RePaint = new(5, 3)
        };
        var steps = new List<int>();
        SamplingRun.Execute(_model, request);
        var tensors = LiveTensors();
        SamplingRun.Execute(_model, request, (step, _) => steps.Add(step));
        Assert.Equal(tensors, LiveTensors());
        // Three jumps back of 5 steps, each made twice.
        Assert.Equal(Enumerable.Range(1, 20 + 3 * 2 * 5), steps);
    }

    [Fact]
    public void Interpolation_begins_and_ends_with_its_pictures()
    {
        var pair = new PictureBatch(2, Size, Size, 1,
            [.. Enumerable.Range(0, 2 * Pixels).Select(i => (byte)(i < Pixels ? i % Size * 9 : 255 - i % Size * 4))]);
        var request = new SamplingRequest { Steps = 50, Count = 5, Interpolate = pair, InversionCalls = 4 };
        var (steps, sizes) = (new List<int>(), new HashSet<int>());
        SamplingRun.Execute(_model, request);
        var tensors = LiveTensors();
        var result = SamplingRun.Execute(_model, request, (step, frame) =>
        {
            steps.Add(step);
            sizes.Add(frame().Xt.Count);
        });
        Assert.Equal(tensors, LiveTensors());
        Assert.Equal(Enumerable.Range(1, request.CallsOn(_model.Summary)), steps);
        Assert.Equal((250, 5), (steps.Count, result.Pictures.Count));
        Assert.Equal([2, 5], sizes);
        Assert.InRange(Error(result), 0, 0.05f);
        Assert.True(Error(SamplingRun.Execute(_model, request with { InversionCalls = 1 })) > 2 * Error(result));
        Assert.Empty(result.Classes);
        Assert.All(SamplingRun.Execute(_model, request with { Steps = 5, Classes = [1] }).Classes, k => Assert.Equal(1, k));

        float Error(SamplingResult made) => Math.Max(Distance(Of(pair)[..Pixels], made.Values[..Pixels]),
            Distance(Of(pair)[Pixels..], made.Values[(4 * Pixels)..]));
    }

    [Fact]
    public void Seeds_are_each_pictures_own()
    {
        var request = new SamplingRequest { Steps = 5, Count = 3, Classes = [1], Seeds = [9, 2, 9] };
        var result = SamplingRun.Execute(_model, request);
        Assert.Equal(result.Pictures[0].Pixels, result.Pictures[2].Pixels);
        var second = SamplingRun.Execute(_model, request with { Seeds = [], Seed = 2, Count = 1 });
        Assert.True(Distance(second.Values, result.Values[Pixels..(2 * Pixels)]) <= 1e-5f);
    }

    [Fact]
    public void Variations_go_from_one_seeds_noise_to_anothers()
    {
        using var scope = NewDisposeScope();
        float[] First(double strength, long seed, long variation, int count)
        {
            using var noise = new PictureNoise(new()
            { Count = count, Seed = seed, VariationSeed = variation, VariationStrength = strength }, [1, 32, 32], CPU);
            return noise.First().data<float>().ToArray();
        }
        var (from, to) = (First(0, 5, 0, 1), First(0, 80, 0, 1));
        Assert.Equal(from, First(0, 5, 80, 1));
        Assert.True(Distance(to, First(1, 5, 80, 1)) < 1e-5f);
        var middle = First(0.5, 5, 80, 1);
        Assert.Equal(Math.Sqrt(from.Sum(v => v * v)), Math.Sqrt(middle.Sum(v => v * v)), 1.0);
        Assert.Equal(0, Distance(middle, First(0.5, 80, 5, 1)), 1e-5f);
        // Every picture turns from the same noise towards one of its own.
        var two = First(0.2, 5, 80, 2);
        Assert.Equal(First(0.2, 5, 81, 1), two[1024..]);
    }

    [Fact]
    public void Outside_its_interval_guidance_calls_the_model_for_the_classes_alone()
    {
        var request = new SamplingRequest { Steps = 10, Count = 3, Guidance = 3, GuidanceInterval = new(0.25, 0.65) };
        List<int> rows = [];
        float[] values;
        using (inference_mode())
        {
            using var run = new ActiveSampling(_model, request);
            var denoiser = new BatchedDenoiser(_model, BatchLimit.Fixed(_model.Config, 64));
            for (; !run.IsFinished; denoiser.Advance([run])) rows.Add(run.Rows);
            values = run.Result().Values;
        }
        // Timesteps 900, 800, … 0 of 1000.
        Assert.Equal([3, 3, 3, 6, 6, 6, 6, 3, 3, 3], rows);
        var never = SamplingRun.Execute(_model, request with { GuidanceInterval = new(0.95, 1) }).Values;
        Assert.Equal(SamplingRun.Execute(_model, request with { Guidance = 1 }).Values, never);
        Assert.NotEqual(never, values);
        Assert.NotEqual(SamplingRun.Execute(_model, request with { GuidanceInterval = GuidanceInterval.All }).Values, values);
    }

    [Fact]
    public async Task Edits_that_share_their_passes_return_what_they_return_alone()
    {
        using var device = new DeviceThread("test");
        var engine = new SamplingEngine(device, _ => _model);
        var requests = new[]
        {
            new SamplingRequest { Steps = 9, Count = 3, Guidance = 3, GuidanceRescale = 0.7, GuidanceInterval = new(0.2, 0.7) },
            new SamplingRequest { Sampler = "dpmpp-2m", Steps = 14, Count = 2, Init = Pictures(2), Strength = 0.6, Guidance = 2,
                GuidanceInterval = new(0, 0.4) },
            new SamplingRequest { Sampler = "ddpm", Steps = 8, Count = 1, Init = Pictures(1), Mask = s_mask, RePaint = new(2, 3) },
            new SamplingRequest { Sampler = "heun", Steps = 8, Count = 2, Init = Pictures(1), Mask = s_mask, Strength = 0.7 },
            new SamplingRequest { Steps = 6, Count = 7, Interpolate = Pictures(2), InversionCalls = 2 },
            new SamplingRequest { Sampler = "pndm", Steps = 9, Count = 2, Init = Pictures(1), Strength = 0.9, Seeds = [4, 8] },
            new SamplingRequest { Sampler = "euler-a", Steps = 12, Count = 4, VariationSeed = 3, VariationStrength = 0.3 },
        };
        var together = await Task.WhenAll(requests.Select(r => engine.SampleAsync("tiny", r)));
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = await device.RunAsync(() => SamplingRun.Execute(_model, requests[i]), TestContext.Current.CancellationToken);
            Assert.True(Distance(alone.Values, together[i].Values) / alone.Values.Max(v => Math.Max(1, Math.Abs(v))) <= 1e-5f,
                $"{i}: {Distance(alone.Values, together[i].Values)}");
        }
    }

    public static TheoryData<string, SamplingRequest> Refused() => new()
    {
        { "seeds", new() { Seeds = [1, 2] } },
        { "seeds", new() { Count = 1, Seeds = [-1] } },
        { "variationSeed", new() { VariationSeed = -1 } },
        { "variationStrength", new() { VariationStrength = double.NaN } },
        { "guidanceRescale", new() { GuidanceRescale = -0.1 } },
        { "guidanceInterval", new() { GuidanceInterval = new(0.6, 0.5) } },
        { "guidanceInterval", new() { GuidanceInterval = new(0, double.NaN) } },
        { "strength", new() { Strength = 0.5 } },
        { "strength", new() { Init = Pictures(1), Strength = 0 } },
        { "strength", new() { Init = Pictures(1), Strength = double.NaN } },
        { "strength", new() { Init = Pictures(1), Strength = 1.01 } },
        { "strength", new() { Init = Pictures(1), Strength = 0.019 } },
        { "init", new() { Init = new(1, 4, 4, 1, new byte[16]) } },
        { "init", new() { Init = new(1, Size, Size, 3, new byte[3 * Pixels]) } },
        { "mask", new() { Mask = s_mask } },
        { "mask", new() { Init = Pictures(1), Mask = new(1, Size, Size, 1, new byte[Pixels]) } },
        { "repaint", new() { Init = Pictures(1), RePaint = new(2, 2) } },
        { "repaint.resamples", new() { Init = Pictures(1), Mask = s_mask, RePaint = new(2, 21) } },
        { "repaint.resamples", new() { Sampler = "unipc", Init = Pictures(1), Mask = s_mask, RePaint = new(2, 2) } },
        { "repaint.jumpLength", new() { Init = Pictures(1), Mask = s_mask, RePaint = new(0, 1) } },
        { "repaint.jumpLength", new() { Init = Pictures(1), Mask = s_mask, Strength = 0.5, RePaint = new(25, 2) } },
        { "init", new() { Init = Pictures(1), Interpolate = Pictures(2) } },
        { "interpolate", new() { Interpolate = Pictures(1) } },
        { "sampler", new() { Sampler = "euler", Interpolate = Pictures(2) } },
        { "eta", new() { Options = new() { Eta = 1 }, Interpolate = Pictures(2) } },
        { "clipSample", new() { Options = new() { ClipSample = true }, Interpolate = Pictures(2) } },
        { "guidance", new() { Guidance = 2, Interpolate = Pictures(2) } },
        { "classes", new() { Classes = [0, 1], Interpolate = Pictures(2) } },
        { "count", new() { Count = 1, Interpolate = Pictures(2) } },
        { "inversionCalls", new() { InversionCalls = 0, Interpolate = Pictures(2) } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_done_is_named_by_its_field(string field, SamplingRequest request)
    {
        var problem = Assert.Single(request.Validate(_model.Summary));
        Assert.Equal(field, problem.Field);
        Assert.Contains(field.Split('.')[^1], problem.Message, StringComparison.Ordinal);
    }

    // What other tests left to the garbage collector would go in the middle of the count.
    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
