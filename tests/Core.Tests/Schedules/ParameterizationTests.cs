using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Schedules;

public sealed class ParameterizationTests
{
    public static TheoryData<Parameterization> All() => [.. Enum.GetValues<Parameterization>()];

    [Theory]
    [MemberData(nameof(All))]
    public void The_training_target_read_as_a_prediction_gives_back_the_picture_and_the_noise(Parameterization p)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var schedule = NoiseSchedule.Linear();
        foreach (var t in new[] { 0, 1, 300, 700 })
        {
            var (x0, eps, at) = (randn([2, 1, 4, 4], generator: generator), randn([2, 1, 4, 4], generator: generator), schedule.At(t));
            var target = p.Target(x0, eps, full([2, 1, 1, 1], schedule.AlphasCumprod[t]), full([2, 1, 1, 1], at.AlphaBarBefore));
            var x = x0 * at.Alpha + eps * at.Sigma;
            // μ and x are nearly the same number, so their difference loses digits.
            Assert.Equal(0, (p.Original(x, target, at) - x0).abs().max().item<float>(), p == Parameterization.Mu ? 5e-3 : 5e-5);
            if (t > 1) Assert.Equal(0, (p.Noise(x, target, at) - eps).abs().max().item<float>(), p == Parameterization.Mu ? 5e-3 : 5e-5);

            var (a, b, c, d) = p.Linear(at);
            Assert.Equal(0, (x * a + target * b - p.Original(x, target, at)).abs().max().item<float>(), 1e-2);
            Assert.Equal(0, ((x * c + target * d - p.Noise(x, target, at)) * at.Sigma).abs().max().item<float>(), 1e-2);
        }
    }

    [Fact]
    public void Names_are_those_of_the_file()
        => Assert.All(Enum.GetValues<Parameterization>(), p => Assert.Equal(p, Parameterizations.Parse(p.Name())));

    [Fact]
    public void The_score_is_the_noise_over_its_deviation_with_the_sign_turned()
    {
        using var scope = NewDisposeScope();
        var score = Parameterization.Score.Target(ones([1, 1, 1, 1]), full([1, 1, 1, 1], 3), full([1, 1, 1, 1], 0.75));
        Assert.Equal(-6, score.item<float>(), 1e-5);
    }
}
