using Playground.Core;
using Playground.Core.Models;
using Playground.Core.Training;
using Playground.Server.Trainings;

namespace Playground.Server.Tests;

public sealed class TrainingUnitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("curve-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Curve => Path.Combine(_folder, "curve.bin");

    private void Write(int from, int to, double loss = 1, int? validateEvery = null)
    {
        using var curve = new TrainingCurve(Curve, from - 1);
        for (var step = from; step <= to; step++)
            curve.Add(new TrainingProgress(step, to, loss, loss, 1e-3, 2, 30, 0, 0)
            { ValidationLoss = 0.5, WasValidated = step % validateEvery == 0 });
    }

    [Fact]
    public void What_comes_after_a_checkpoint_is_written_again()
    {
        Write(1, 10);
        Write(7, 8, loss: 3);
        var points = TrainingCurve.Read(Curve, 0);
        Assert.Equal([1, 1, 1, 1, 1, 1, 3, 3], points.Select(p => p.Loss));
        Assert.Equal([7L, 8], TrainingCurve.Read(Curve, 6).Select(p => p.Step));
        Assert.Null(points[0].Validation);
    }

    [Fact]
    public void A_long_run_is_thinned_the_same_way_whole_and_in_parts()
    {
        Write(1, 9001, validateEvery: 100);
        var points = TrainingCurve.Read(Curve, 0, 100);
        Assert.InRange(points.Count, TrainingCurve.MostPoints / 2, TrainingCurve.MostPoints + 1);
        Assert.Equal(9001, points[^1].Step);
        Assert.Equal(points.Where(p => p.Step > 5000).Select(p => p.Step), TrainingCurve.Read(Curve, 5000, 100).Select(p => p.Step));
        Assert.Equal(90, points.Count(p => p.Validation is not null));
    }

    [Fact]
    public void A_row_that_a_crash_left_half_written_is_passed_over()
    {
        Write(1, 3);
        using (var file = new FileStream(Curve, FileMode.Append)) file.Write(new byte[100]);
        Assert.Equal([1L, 2, 3], TrainingCurve.Read(Curve, 0).Select(p => p.Step));
    }

    [Theory]
    [InlineData(0.5, 100, 100)]
    [InlineData(0.05, 100, 1900)]
    [InlineData(0.8, 100, 25)]
    [InlineData(1, 100, 0)]
    public void Others_are_owed_what_the_share_leaves_them(double share, int took, int owed)
        => Assert.Equal(owed, DeviceShare.Owed(TimeSpan.FromMilliseconds(took), share).TotalMilliseconds, 1e-3);

    [Theory]
    [InlineData(0.5, 0, 100)]
    [InlineData(0.5, 250, 250)]
    [InlineData(0.9, 250, 2250)]
    [InlineData(0.1, 250, 100)]
    [InlineData(1, 250, 5000)]
    public void A_turn_makes_up_for_what_others_took(double share, int others, int turn)
        => Assert.Equal(turn, DeviceShare.TurnFor(TimeSpan.FromMilliseconds(others), share).TotalMilliseconds, 1e-3);

    [Fact]
    public void The_presets_can_be_built_and_have_as_many_weights_as_they_say()
    {
        var presets = new TrainingPresets();
        foreach (var preset in presets.All)
        {
            using var network = new UNet2D(presets.Find(preset.Name, 32, 3, null)!);
            Assert.Equal(preset.Parameters, network.ParameterCount);
            preset.Options.Validate();
        }
    }

    [Theory]
    [InlineData("training:0123456789abcdef0123456789abcdef@12", "0123456789abcdef0123456789abcdef")]
    [InlineData("training:0123456789abcdef0123456789abcdef@", null)]
    [InlineData("training:../../etc@12", null)]
    [InlineData("training:0123456789abcdef0123456789abcdef@12\n", null)]
    [InlineData("mnist", null)]
    public void Only_digits_name_a_checkpoint(string name, string? job) => Assert.Equal(job, TrainingFolder.JobOf(name));
}
