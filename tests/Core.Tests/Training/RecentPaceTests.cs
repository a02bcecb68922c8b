using Playground.Core.Training;

namespace Playground.Core.Tests.Training;

public sealed class RecentPaceTests
{
    [Fact]
    public void The_pace_is_that_of_the_newest_steps()
    {
        var pace = new RecentPace();
        Assert.Equal(0, pace.StepsPerSecond);
        pace.Add(TimeSpan.FromSeconds(9));
        pace.Add(TimeSpan.FromSeconds(1));
        Assert.Equal(0.2, pace.StepsPerSecond, 1e-9);
        for (var i = 0; i < 32; i++) pace.Add(TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, pace.StepsPerSecond, 1e-9);
    }
}
