using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Client.Pages.Trainings;

namespace Playground.Client.Tests.Pages;

public sealed class TrainingFormTests
{
    private static readonly TrainingOptions s_plan = new()
    {
        Steps = 20_000,
        LearningRate = 5e-4,
        WarmupSteps = 500,
        ValidateEvery = 500,
        CheckpointEvery = 1000,
    };

    [Fact]
    public void Another_plan_keeps_what_was_typed_and_takes_everything_else()
    {
        var form = new TrainingForm();
        form.Follow(s_plan);
        form.Type("steps", JsonValue.Create(77UL));
        form.Type("learningRate", JsonValue.Create(3e-4));
        form.Follow(s_plan with { Steps = 1500, LearningRate = 2e-3, BatchSize = 32 });
        var settings = form.ToSettings();
        Assert.Equal((77, 3e-4, 32), (settings.Steps, settings.LearningRate, settings.BatchSize));
        Assert.Equal(["learningRate", "steps"], form.Typed.Order());

        form.Reset();
        Assert.Equal((1500, 2e-3), (form.ToSettings().Steps, form.ToSettings().LearningRate));
        Assert.Empty(form.Typed);
    }

    [Theory]
    [InlineData(30, 3, 3, 7, 3)]
    [InlineData(3, 0, 1, 1, 1)]
    [InlineData(100_000, 500, 500, 1000, 500)]
    public void What_a_plan_leaves_to_the_length_fits_a_run_of_another_length(int steps, int warmup, int validate, int checkpoint,
        int preview)
    {
        var form = new TrainingForm();
        form.Follow(s_plan);
        form.Type("steps", JsonValue.Create((ulong)steps));
        var settings = form.ToSettings();
        Assert.Equal((warmup, validate, checkpoint, preview),
            (settings.WarmupSteps, settings.ValidateEvery, settings.CheckpointEvery, form.SampleEvery));
    }

    [Fact]
    public void A_typed_warm_up_and_distance_of_previews_stay_in_a_run_of_any_length()
    {
        var form = new TrainingForm();
        form.Type("warmupSteps", JsonValue.Create(100UL));
        form.SampleEvery = 7;
        form.Type("steps", JsonValue.Create(30UL));
        Assert.Equal((100, 7), (form.ToSettings().WarmupSteps, form.SampleEvery));
    }

    [Fact]
    public void The_settings_of_another_training_stay_whatever_plan_is_chosen_next()
    {
        var form = new TrainingForm();
        form.Follow(s_plan);
        form.Take(s_plan with { Steps = 40, Ema = 0.5, WarmupSteps = 500 }, sampleEvery: 9);
        form.Follow(s_plan with { LearningRate = 1e-3 });
        var settings = form.ToSettings();
        Assert.Equal((40, 0.5, 500, 1e-3, 9),
            (settings.Steps, settings.Ema, settings.WarmupSteps, settings.LearningRate, form.SampleEvery));
        Assert.Equal(["checkpointEvery", "ema", "steps", "validateEvery", "warmupSteps"], form.Typed.Order());
    }

    [Fact]
    public void Every_setting_has_a_field_of_its_own()
    {
        var form = new TrainingForm();
        Assert.Equal(form.Values.Select(v => v.Key).Order(), Setting.Of<TrainingOptions>().Select(f => f.Name).Order());
    }
}
