using System.Reflection;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Core.Samplers;

namespace Playground.Core.Tests.Generation;

/// <summary>A request that throws ends alone: those that share its passes go on as if it had not been there.</summary>
public sealed class IsolationTests : IDisposable
{
    private static readonly Dictionary<string, object[]> s_values = new()
    {
        [nameof(SamplerOptions.Spacing)] = ["leading", "linspace", "trailing"],
        [nameof(SamplerOptions.StepsOffset)] = [1, 500, 999],
        [nameof(SamplerOptions.Order)] = [1, 2, 3],
        [nameof(SamplerOptions.FinalSigma)] = ["zero", "min"],
        [nameof(SamplerOptions.ClipSample)] = [true],
        [nameof(SamplerOptions.ClipRange)] = [1e-30f, 1f, 1e30f],
        [nameof(SamplerOptions.Thresholding)] = [true],
        [nameof(SamplerOptions.ThresholdRatio)] = [0f, 0.995f, 1f],
        [nameof(SamplerOptions.ThresholdMax)] = [1e-30f, 1f, 1e30f],
        [nameof(SamplerOptions.KarrasSigmas)] = [true],
        [nameof(SamplerOptions.ExponentialSigmas)] = [true],
        [nameof(SamplerOptions.SigmaMin)] = [1e-300, 0.01, 1e300],
        [nameof(SamplerOptions.SigmaMax)] = [1e-300, 50.0, 1e300],
        [nameof(SamplerOptions.SolverType)] = ["midpoint", "heun", "bh1", "bh2"],
        [nameof(SamplerOptions.LowerOrderFinal)] = [true],
        [nameof(SamplerOptions.EulerAtFinal)] = [true],
        [nameof(SamplerOptions.LambdaMinClipped)] = [-1e30f, -5f, -1e-30f],
        [nameof(SamplerOptions.Eta)] = [1e-300, 0.5, 1.0],
        [nameof(SamplerOptions.VarianceType)] = ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log", "learned",
            "learned_range"],
        [nameof(SamplerOptions.SetAlphaToOne)] = [true],
        [nameof(SamplerOptions.RederiveNoise)] = [true],
        [nameof(SamplerOptions.SkipPrkSteps)] = [true],
        [nameof(SamplerOptions.OriginalSteps)] = [1, 50, 1000],
        [nameof(SamplerOptions.TimestepScaling)] = [1e-30f, 10f, 1e30f],
        [nameof(SamplerOptions.DiffusersPreviousTimestep)] = [true],
    };

    private readonly TinyModel _tiny = new();
    private readonly DiffusionModel _model;
    private readonly DeviceThread _device = new("test");
    private readonly SamplingEngine _engine;

    public IsolationTests()
    {
        _model = ModelFolder.Load(_tiny.Folder);
        _engine = new SamplingEngine(_device, _ => _model);
    }

    public void Dispose()
    {
        _device.Dispose();
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task Of_nine_that_share_their_passes_the_one_that_throws_fails_with_its_own_words_and_the_others_get_the_same_bits()
    {
        const int steps = 6;
        var honest = await TogetherAsync(throws: false);
        var faulty = await TogetherAsync(throws: true);
        Assert.Equal("its own words", (await Assert.ThrowsAsync<InvalidOperationException>(() => faulty[^1])).Message);
        for (var i = 0; i < 8; i++) Assert.Equal((await honest[i]).Values, (await faulty[i]).Values);

        // All are in line before the first is begun, so that both times the same share their passes.
        async Task<Task<SamplingResult>[]> TogetherAsync(bool throws)
        {
            using var ready = new ManualResetEventSlim();
            var blocked = _device.RunAsync(() => ready.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            var all = Enumerable.Range(0, 8)
                .Select(i => _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = steps, Count = 1, Seed = i }))
                .Append(_engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = steps, Count = 1, Seed = 99 },
                    onStep: (step, _) =>
                    {
                        if (throws && step == steps) throw new InvalidOperationException("its own words");
                    })).ToArray();
            ready.Set();
            await blocked;
            await Task.WhenAll(all[..8]);
            return all;
        }
    }

    [Fact]
    public async Task What_throws_before_its_first_step_or_in_its_middle_ends_alone()
    {
        var innocent = _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = 300, Count = 2, Seed = 1 });
        await Assert.ThrowsAsync<InvalidOperationException>(() => _engine.SampleAsync("tiny", new SamplingRequest { Steps = 5, Count = 1 },
            onStart: () => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _engine.SampleAsync("tiny", new SamplingRequest { Steps = 5, Count = 1 },
            onStep: (step, _) =>
            {
                if (step == 3) throw new InvalidOperationException();
            }));
        await Assert.ThrowsAsync<PlaygroundException>(() => _engine.SampleAsync("tiny", new SamplingRequest { Steps = 5000, Count = 1 }));
        Assert.Equal(2, (await innocent).Pictures.Count);
    }

    [Fact]
    public async Task Whatever_escapes_the_engine_fails_those_under_way_and_nobody_who_comes_later()
    {
        var device = new DeviceThread("gone");
        var engine = new SamplingEngine(device, _ => _model);
        device.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => engine.SampleAsync("tiny", new SamplingRequest { Steps = 2, Count = 1 })
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.False(engine.IsBusy);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task Every_set_of_options_that_is_taken_on_makes_images_and_no_neighbor_fails()
    {
        var sets = (from sampler in SamplerCatalog.All from options in SetsOf(sampler) select (sampler.Name, Options: options)).ToList();
        Assert.True(sets.Count > 800, $"{sets.Count}");
        var (taken, failed) = (0, new List<string>());
        foreach (var portion in sets.Chunk(15))
        {
            var innocent = _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddim", Steps = 8, Count = 1, Seed = 1 });
            var requests = portion.Select(s => new SamplingRequest
            { Sampler = s.Name, Options = s.Options, Steps = 5, Count = 1, Seed = 2 })
                .Where(r => r.Validate(_model.Summary).Count == 0 && SamplingTrial.Of(r, _model.Summary) is null).ToList();
            taken += requests.Count;
            var runs = requests.Select(r => _engine.SampleAsync("tiny", r)).ToList();
            Assert.Equal(1, (await innocent).Pictures.Count);
            for (var i = 0; i < runs.Count; i++)
            {
                try
                {
                    await runs[i];
                }
                catch (Exception e)
                {
                    failed.Add($"{requests[i].Sampler} {requests[i].Options}: {e.Message}");
                }
            }
        }
        Assert.True(failed.Count == 0, $"{failed.Count} of {taken} (of {sets.Count}) failed:\n{string.Join('\n', failed.Take(20))}");
        Assert.True(taken > sets.Count / 2, $"{taken} of {sets.Count} were taken on.");
    }

    // Each value of each option alone, and with each value of each other.
    private static IEnumerable<SamplerOptions> SetsOf(SamplerDescription sampler)
    {
        var single = sampler.Options.SelectMany(o => s_values[o].Select(v => (Option: o, Value: v))).ToList();
        foreach (var one in single) yield return Set(SamplerOptions.Default, one);
        for (var i = 0; i < single.Count; i++)
            for (var j = i + 1; j < single.Count; j++)
                if (single[i].Option != single[j].Option) yield return Set(Set(SamplerOptions.Default, single[i]), single[j]);

        static SamplerOptions Set(SamplerOptions options, (string Option, object Value) to)
        {
            var copy = options with { };
            typeof(SamplerOptions).GetProperty(to.Option, BindingFlags.Public | BindingFlags.Instance)!.SetValue(copy, to.Value);
            return copy;
        }
    }
}
