using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Schedules;

namespace Playground.Core.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly JsonNode s_recorded =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "schedules.json")))!;

    [Fact]
    public void The_linear_schedule_starts_and_ends_where_DDPM_does()
    {
        var schedule = NoiseSchedule.Linear();
        Assert.Equal((1e-4f, 0.02f), (schedule.Betas[0], schedule.Betas[^1]));
        Assert.Equal(0.9999f, schedule.AlphasCumprod[0]);
        Assert.Equal(4.0358e-5f, schedule.AlphasCumprod[^1], 1e-8f);
    }

    [Theory]
    [InlineData("linear", false)]
    [InlineData("linear", true)]
    [InlineData("scaled_linear", false)]
    [InlineData("scaled_linear", true)]
    [InlineData("squaredcos_cap_v2", false)]
    [InlineData("squaredcos_cap_v2", true)]
    [InlineData("sigmoid", false)]
    [InlineData("sigmoid", true)]
    public void A_schedule_has_the_numbers_of_diffusers(string name, bool zeroSnr)
    {
        var recorded = s_recorded["alphas_cumprod"]!.AsArray()
            .Single(r => (string)r!["beta_schedule"]! == name && (bool)r["rescale_betas_zero_snr"]! == zeroSnr)!;
        var schedule = NoiseSchedule.FromConfig(new SchedulerConfig { BetaSchedule = name, RescaleBetasZeroSnr = zeroSnr });
        foreach (var (t, i) in s_recorded["indices"]!.AsArray().Select((t, i) => ((int)t!, i)))
        {
            var (alphaBar, beta) = ((float)recorded["alphas_cumprod"]![i]!, (float)recorded["betas"]![i]!);
            Assert.Equal(alphaBar, schedule.AlphasCumprod[t], 1e-6f * alphaBar + 1e-12f);
            Assert.Equal(beta, schedule.Betas[t], 1e-6f);
        }
        Assert.Equal((double)recorded["alphas_cumprod_sum"]!, schedule.AlphasCumprod.Sum(a => (double)a), 1e-4);
        Assert.Equal(zeroSnr, schedule.EndsAtZeroSnr);
    }

    [Fact]
    public void The_variances_have_the_numbers_of_diffusers()
    {
        var schedule = NoiseSchedule.Linear();
        var compared = 0;
        foreach (var recorded in s_recorded["ddpm_variance"]!.AsArray().Select(r => r!))
        {
            foreach (var (t, i) in recorded["t"]!.AsArray().Select((t, i) => ((int)t!, i)))
            {
                var stride = 1000 / (int)recorded["steps"]!;
                var (alphaBar, prev) = (schedule.AlphasCumprod[t], t >= stride ? schedule.AlphasCumprod[t - stride] : 1);
                var (small, large) = (PosteriorVariance.Small(alphaBar, prev), PosteriorVariance.Large(alphaBar, prev));
                var value = (string)recorded["variance_type"]! switch
                {
                    "fixed_small" => small,
                    "fixed_small_log" => PosteriorVariance.FixedDeviation("fixed_small_log", alphaBar, prev),
                    "fixed_large" => large,
                    "fixed_large_log" => 2 * MathF.Log(PosteriorVariance.FixedDeviation("fixed_large_log", alphaBar, prev)),
                    _ => 0.65f * MathF.Log(large) + 0.35f * MathF.Log(small),
                };
                Assert.Equal((float)recorded["value"]![i]!, value, 2e-7f + 2e-5f * MathF.Abs(value));
                compared++;
            }
        }
        Assert.Equal(40, compared);
    }

    [Fact]
    public void Trained_betas_take_the_place_of_the_schedule()
    {
        float[] betas = [0.1f, 0.2f, 0.3f];
        var config = new SchedulerConfig { TrainedBetas = betas, NumTrainTimesteps = 3 };
        Assert.Equal(betas, NoiseSchedule.FromConfig(config).Betas);
        Assert.Equal(0.9f * 0.8f * 0.7f, NoiseSchedule.FromConfig(config).AlphasCumprod[^1], 1e-6f);
        Assert.Contains("num_train_timesteps is 4", Refusal(config with { NumTrainTimesteps = 4 }), StringComparison.Ordinal);
        Assert.Contains("every β", Refusal(config with { TrainedBetas = [0.1f, 0, 0.3f] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Spacings_visit_the_timesteps_of_the_papers_table()
    {
        Assert.Equal([900, 800, 700, 600, 500, 400, 300, 200, 100, 0], TimestepSpacing.Leading(1000, 10));
        Assert.Equal([999, 888, 777, 666, 555, 444, 333, 222, 111, 0], TimestepSpacing.Linspace(1000, 10));
        Assert.Equal([999, 899, 799, 699, 599, 499, 399, 299, 199, 99], TimestepSpacing.Trailing(1000, 10));
        Assert.Equal([999, 799, 599, 400, 200], TimestepSpacing.Multistep("linspace", 1000, 5));
        Assert.Equal([999f, 749.25f, 499.5f, 249.75f, 0f], TimestepSpacing.Fractional("linspace", 1000, 5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Steps_outside_the_trained_timesteps_are_refused(int steps)
        => Assert.Contains("it must be 1 to 1000",
            Assert.Throws<PlaygroundException>(() => TimestepSpacing.Of("leading", 1000, steps)).Message, StringComparison.Ordinal);

    [Fact]
    public void Karras_and_exponential_sigmas_go_from_the_greatest_to_the_least()
    {
        var karras = SigmaSchedule.Karras(0.1, 10, 5);
        Assert.Equal((10, 0.1), (karras[0], karras[^1]), Near);
        // The paper's own middle value: ((10^(1/7) + 0.1^(1/7)) / 2)^7
        Assert.Equal(Math.Pow((Math.Pow(10, 1 / 7.0) + Math.Pow(0.1, 1 / 7.0)) / 2, 7), karras[2], 1e-12);
        var exponential = SigmaSchedule.Exponential(0.1, 10, 5);
        Assert.Equal([10, Math.Sqrt(10), 1, 1 / Math.Sqrt(10), 0.1], exponential, (a, b) => Math.Abs(a - b) < 1e-9);

        static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9;
    }

    [Fact]
    public void The_timestep_of_a_sigma_is_found_again()
    {
        var sigmas = SigmaSchedule.Of(NoiseSchedule.Linear());
        float[] logs = [.. sigmas.Select(s => MathF.Log(s))];
        foreach (var t in new[] { 0, 1, 500, 998, 999 }) Assert.Equal(t, SigmaSchedule.TimestepOf(sigmas[t], logs), 1e-2);
        Assert.Equal(0, SigmaSchedule.TimestepOf(1e-12, logs));
        Assert.Equal(999, SigmaSchedule.TimestepOf(1e6, logs));
    }

    [Theory]
    [InlineData("wavy", "epsilon", "beta_schedule 'wavy' is not known; use one of: linear, scaled_linear, squaredcos_cap_v2, sigmoid.")]
    [InlineData("linear", "noise", "prediction_type 'noise' is not known; use one of: epsilon, sample, v_prediction, mu, score.")]
    public void What_is_not_known_is_refused_with_what_is(string schedule, string prediction, string expected)
        => Assert.Equal(expected, Refusal(new SchedulerConfig { BetaSchedule = schedule, PredictionType = prediction }));

    private static string Refusal(SchedulerConfig config)
        => Assert.Throws<PlaygroundException>(() => NoiseSchedule.FromConfig(config)).Message;
}
