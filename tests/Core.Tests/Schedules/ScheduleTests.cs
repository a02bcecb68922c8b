using Playground.Core.Checkpoints;
using Playground.Core.Schedules;

namespace Playground.Core.Tests.Schedules;

public sealed class ScheduleTests
{
    [Fact]
    public void The_linear_schedule_starts_and_ends_where_DDPM_does()
    {
        var schedule = NoiseSchedule.Linear();
        Assert.Equal((1e-4f, 0.02f), (schedule.Betas[0], schedule.Betas[^1]));
        Assert.Equal(0.9999f, schedule.AlphasCumprod[0]);
        Assert.Equal(4.0358e-5f, schedule.AlphasCumprod[^1], 1e-8f);
    }

    [Fact]
    public void Spacings_visit_the_timesteps_of_the_papers_table()
    {
        Assert.Equal([900, 800, 700, 600, 500, 400, 300, 200, 100, 0], TimestepSpacing.Leading(1000, 10));
        Assert.Equal([999, 888, 777, 666, 555, 444, 333, 222, 111, 0], TimestepSpacing.Linspace(1000, 10));
        Assert.Equal([999, 899, 799, 699, 599, 499, 399, 299, 199, 99], TimestepSpacing.Trailing(1000, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Steps_outside_the_trained_timesteps_are_refused(int steps)
        => Assert.Contains("it must be 1 to 1000", Assert.Throws<PlaygroundException>(() => TimestepSpacing.Of("leading", 1000, steps)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("sigmoid", "epsilon", "beta_schedule 'sigmoid'")]
    [InlineData("linear", "sample", "prediction_type 'sample'")]
    public void What_is_not_built_is_refused_by_name(string schedule, string prediction, string expected)
        => Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => NoiseSchedule.FromConfig(new SchedulerConfig { BetaSchedule = schedule, PredictionType = prediction })).Message, StringComparison.Ordinal);
}
