using Playground.Core.Schedules;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class TrainingObjectiveTests
{
    private static readonly NoiseSchedule s_schedule = NoiseSchedule.Linear(1000);

    /// <summary>Answers what it was told to, whatever it is asked.</summary>
    private sealed class Answer(Tensor answer) : nn.Module<Tensor, Tensor, Tensor?, Tensor>(nameof(Answer))
    {
        public override Tensor forward(Tensor x, Tensor t, Tensor? labels) => answer;
    }

    private static float[] Losses(TrainingOptions options, NoisyBatch batch, Tensor answer)
    {
        using var objective = new TrainingObjective(options, s_schedule, CPU);
        using var network = new Answer(answer);
        return objective.Losses(network, batch).data<float>().ToArray();
    }

    private static NoisyBatch Batch(Generator random) => new(randn([6, 2, 3, 3], generator: random), randn([6, 2, 3, 3], generator: random),
        tensor([1L, 50, 200, 400, 700, 999], [6]), null);

    [Theory]
    [InlineData("min_snr")]
    [InlineData("p2")]
    public void One_error_costs_the_same_in_every_parameterization(string weighting)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var batch = Batch(random);
        var options = new TrainingOptions { Weighting = weighting };
        // An ε that is wrong by 0.1·N(0, I), and the same mistake said in the other parameterizations.
        var eps = batch.Eps + randn([6, 2, 3, 3], generator: random) * 0.1;
        var reference = Losses(options, batch, eps);
        foreach (var name in Parameterizations.Names.Skip(1))
        {
            var p = Parameterizations.Parse(name);
            var said = batch.T.data<long>().ToArray().Select((t, i) =>
            {
                var at = s_schedule.At((int)t);
                var x = batch.X0[i] * at.Alpha + batch.Eps[i] * at.Sigma;
                var (a, b, _, _) = p.Linear(at);
                var x0 = Parameterization.Epsilon.Original(x, eps[i], at);
                return (x0 - x * a) / b;
            }).ToList();
            var losses = Losses(options with { Prediction = name }, batch, stack(said));
            for (var i = 0; i < reference.Length; i++) Assert.InRange(losses[i] / reference[i], 0.98, 1.02);
        }
    }

    [Theory]
    [InlineData("epsilon")]
    [InlineData("sample")]
    [InlineData("v_prediction")]
    [InlineData("mu")]
    [InlineData("score")]
    public void The_right_answer_costs_nothing(string prediction)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(4);
        var batch = Batch(random);
        var alphaBar = tensor([.. batch.T.data<long>().ToArray().Select(t => s_schedule.AlphasCumprod[t])], [6, 1, 1, 1]);
        var before = tensor([.. batch.T.data<long>().ToArray().Select(t => s_schedule.AlphasCumprod[t - 1])], [6, 1, 1, 1]);
        var answer = Parameterizations.Parse(prediction).Target(batch.X0, batch.Eps, alphaBar, before);
        var options = new TrainingOptions { Prediction = prediction };
        Assert.All(Losses(options, batch, answer), loss => Assert.InRange(loss, 0, 1e-9));
        Assert.All(Losses(options, batch, answer + 1.0), loss => Assert.True(loss > 1e-5));
    }

    [Fact]
    public void Min_SNR_weights_are_those_of_the_paper()
    {
        var options = new TrainingOptions { Weighting = "min_snr", MinSnrGamma = 5 };
        float[] eps = LossWeighting.Of(options, s_schedule)!, x0 = LossWeighting.Of(options with { Prediction = "sample" }, s_schedule)!,
            v = LossWeighting.Of(options with { Prediction = "v_prediction" }, s_schedule)!;
        foreach (var t in new[] { 0, 10, 200, 500, 999 })
        {
            double alphaBar = s_schedule.AlphasCumprod[t], snr = alphaBar / (1 - alphaBar), least = Math.Min(snr, 5);
            Assert.Equal([1, 1, 1], [eps[t] / (least / snr), x0[t] / least, v[t] / (least / (snr + 1))], (a, b) => Math.Abs(a - b) < 1e-5);
        }
        // ᾱ₀ = 0.9999: SNR 9999, where the weight of ε is all but gone and that of x₀ is γ.
        Assert.Equal(5 / 9999.0, eps[0], 1e-6);
        Assert.Equal(5, x0[0], 1e-5);
    }

    [Fact]
    public void P2_weights_fall_where_SNR_is_high()
    {
        var weights = LossWeighting.Of(new TrainingOptions { Weighting = "p2", P2Gamma = 0.5, P2K = 2 }, s_schedule)!;
        foreach (var t in new[] { 0, 300, 999 })
        {
            double alphaBar = s_schedule.AlphasCumprod[t], snr = alphaBar / (1 - alphaBar);
            Assert.Equal(1, weights[t] * Math.Sqrt(2 + snr), 1e-5);
        }
    }

    [Theory]
    [InlineData("mse", 0.25, 4)]
    [InlineData("l1", 0.5, 2)]
    [InlineData("huber", 0.125, 1.5)]
    public void Losses_of_a_small_and_a_large_error_are_those_of_the_formula(string loss, double small, double large)
    {
        using var scope = NewDisposeScope();
        var d = tensor([0.5f, -0.5f, 2f, -2f], [2, 2]);
        Assert.Equal([(float)small, (float)large], LossFunction.PerExample(loss, d, zeros_like(d), delta: 1).data<float>().ToArray());
    }

    [Fact]
    public void The_Huber_loss_pulls_with_at_most_delta()
    {
        using var scope = NewDisposeScope();
        using var guard = enable_grad();
        var d = tensor([0.1f, -3f], [2, 1], requires_grad: true);
        LossFunction.PerExample("huber", d, zeros_like(d), delta: 0.25).sum().backward();
        Assert.Equal([0.1f, -0.25f], d.grad!.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Offset_noise_moves_whole_channels_by_its_strength()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        double Variance(double offset) => NoisyBatch.Noise([500, 4, 16, 16], offset, random).mean([2, 3]).square().mean().item<float>();
        Assert.InRange(Variance(0), 0.8 / 256, 1.2 / 256);
        Assert.InRange(Variance(0.3), 0.08, 0.1);
    }

    [Fact]
    public void A_schedule_that_leaves_nothing_to_learn_is_refused()
    {
        var options = new TrainingOptions { BetaEnd = 0.9, Prediction = "v_prediction" };
        var e = Assert.Throws<PlaygroundException>(
            () => new TrainingObjective(options, NoiseSchedule.FromConfig(options.ToSchedulerConfig()), CPU));
        Assert.Contains("lower beta-end", e.Message, StringComparison.Ordinal);

        var zero = s_schedule.RescaledToZeroTerminalSnr();
        e = Assert.Throws<PlaygroundException>(() => new TrainingObjective(new TrainingOptions(), zero, CPU));
        Assert.Contains("use v_prediction", e.Message, StringComparison.Ordinal);

        options = new TrainingOptions { BetaStart = 1e-8 };
        e = Assert.Throws<PlaygroundException>(
            () => new TrainingObjective(options, NoiseSchedule.FromConfig(options.ToSchedulerConfig()), CPU));
        Assert.Contains("raise beta-start", e.Message, StringComparison.Ordinal);
    }
}
