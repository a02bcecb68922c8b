using Playground.Core.Data;
using Playground.Core.Models;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

/// <summary>0.3·N(−2, 0.5²) + 0.7·N(2, 0.5²), learned from a thousand points.</summary>
public sealed class MixtureTests : IDisposable
{
    private const int Timesteps = 100, Points = 1000, Samples = 4000;
    private const double Share = 0.3, Mode = 2, Spread = 0.5, ShareTolerance = 0.05, Tolerance = 0.1;
    private readonly string _folder = Directory.CreateTempSubdirectory("mixture-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("epsilon", "uniform")]
    [InlineData("sample", "min_snr")]
    [InlineData("v_prediction", "min_snr")]
    [InlineData("mu", "min_snr")]
    [InlineData("score", "uniform")]
    public void Every_parameterization_learns_modes_weights_and_spreads(string prediction, string weighting)
    {
        var options = new TrainingOptions
        {
            Steps = 6000,
            BatchSize = 256,
            LearningRate = 3e-3,
            Cosine = true,
            Seed = 7,
            Ema = 0.99,
            Timesteps = Timesteps,
            Prediction = prediction,
            Weighting = weighting,
            CheckpointEvery = 100_000,
        };
        using var network = new MlpDenoiser(dimensions: 1, width: 64, layers: 1);
        using var trainer = new PointTrainer(network, new PointExamples(Draw(), 1), options, _folder);
        var seconds = double.NaN;
        Assert.True(trainer.Run(p => seconds = p.Seconds));
        trainer.UseAveragedWeights();

        var x = Sample(network, options);
        double[] left = [.. x.Where(v => v < 0).Select(v => (double)v)], right = [.. x.Where(v => v >= 0).Select(v => (double)v)];
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{prediction}: {seconds:0.0} s, weight {left.Length
                / (double)Samples:0.000}, modes {left.Average():0.000} {right.Average():0.000}, spreads {Deviation(left):0.000} {Deviation(
                    right):0.000}");
        Assert.InRange(left.Length / (double)Samples, Share - ShareTolerance, Share + ShareTolerance);
        Assert.InRange(left.Average(), -Mode - Tolerance, -Mode + Tolerance);
        Assert.InRange(right.Average(), Mode - Tolerance, Mode + Tolerance);
        Assert.InRange(Deviation(left), Spread - Tolerance, Spread + Tolerance);
        Assert.InRange(Deviation(right), Spread - Tolerance, Spread + Tolerance);
    }

    // Box–Muller from a fixed seed.
    private static float[] Draw()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Points).Select(i => (float)((i < Points * Share ? -Mode : Mode)
            + Spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private static float[] Sample(MlpDenoiser network, TrainingOptions options)
    {
        using var guard = inference_mode();
        using var scope = NewDisposeScope();
        using var random = new Generator(11);
        var sampler = SamplerFactory.Create("ddpm", options.ToSchedulerConfig(), Timesteps, SamplerOptions.Default);
        var x = randn([Samples, 1], generator: random);
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            var prediction = network.call(x, full([Samples], sampler.Timesteps[i], ScalarType.Float32), null);
            x = sampler.Step(i, x, prediction, [], sampler.NeedsNoise(i) ? randn([Samples, 1], generator: random) : null).Previous;
        }
        return x.data<float>().ToArray();
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
