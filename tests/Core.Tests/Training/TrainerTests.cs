using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trainer-").FullName;
    private readonly TrainingOptions _options = new()
    { Steps = 6, BatchSize = 4, WarmupSteps = 2, CheckpointEvery = 2, Seed = 5, Ema = 0.9, LearningRate = 1e-3 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Trainer Create(string name, TrainingOptions? options = null, UNet2DConfig? config = null)
        => new(new Gradients(), config ?? TinyModel.Config, options ?? _options, Path.Combine(_folder, name));

    private List<TrainingProgress> RunAll(string name, TrainingOptions options, bool resume = false)
    {
        using var trainer = Create(name, options);
        if (resume) trainer.Resume();
        var progress = new List<TrainingProgress>();
        trainer.Run(progress.Add);
        return progress;
    }

    private byte[] CheckpointOf(string name, int step)
        => File.ReadAllBytes(Path.Combine(_folder, name, "checkpoints", $"step-{step:D9}", "training.safetensors"));

    private byte[] WeightsOf(string name) => File.ReadAllBytes(Path.Combine(_folder, name, "unet", "diffusion_pytorch_model.safetensors"));

    [Theory]
    [InlineData("f32")]
    [InlineData("bf16")]
    public void A_resumed_training_equals_one_that_was_not_interrupted(string precision)
    {
        var options = _options with { Precision = precision };
        using (var whole = Create("whole", options)) Assert.True(whole.Run());

        using (var cancel = new CancellationTokenSource())
        using (var stopped = Create("stopped", options))
        {
            Assert.False(stopped.Run(p => { if (p.Step == 3) cancel.Cancel(); }, cancel.Token));
            Assert.Equal(3, stopped.Step);
        }
        using (var resumed = Create("stopped", options))
        {
            resumed.Resume();
            Assert.Equal(3, resumed.Step);
            Assert.True(resumed.Run());
        }
        Assert.Equal(WeightsOf("whole"), WeightsOf("stopped"));
    }

    [Theory]
    [InlineData("f32")]
    [InlineData("bf16")]
    public void Resuming_is_exact_with_everything_switched_on(string precision)
    {
        var options = _options with
        {
            Precision = precision,
            Prediction = "v_prediction",
            Schedule = "squaredcos_cap_v2",
            Timesteps = 200,
            Loss = "huber",
            Weighting = "min_snr",
            OffsetNoise = 0.1,
            Flip = true,
            Accumulate = 2,
            ClipNorm = 0.05,
            Cosine = true,
            EmaWarmup = "power",
            EmaUpdateAfterStep = 1,
            Validation = 0.2,
            ValidateEvery = 2,
            Steps = 7,
            CheckpointEvery = 3,
        };
        var whole = RunAll("whole", options);
        using (var cancel = new CancellationTokenSource())
        using (var stopped = Create("stopped", options))
            Assert.False(stopped.Run(p => { if (p.Step == 4) cancel.Cancel(); }, cancel.Token));
        var resumed = RunAll("stopped", options, resume: true);

        Assert.Equal(WeightsOf("whole"), WeightsOf("stopped"));
        Assert.Equal(CheckpointOf("whole", 7), CheckpointOf("stopped", 7));
        Assert.Equal(whole[4..].Select(p => (p.Step, p.Loss, p.GradientNorm, p.LearningRate, p.ValidationLoss)),
            resumed.Select(p => (p.Step, p.Loss, p.GradientNorm, p.LearningRate, p.ValidationLoss)));
    }

    [Fact]
    public void Two_passes_of_four_train_as_one_of_eight()
    {
        var whole = RunAll("whole", _options with { BatchSize = 8 });
        var parts = RunAll("parts", _options with { BatchSize = 4, Accumulate = 2 });
        Assert.Equal(whole.SelectMany(p => new[] { p.Loss, p.GradientNorm }), parts.SelectMany(p => new[] { p.Loss, p.GradientNorm }),
            (a, b) => Math.Abs(a / b - 1) < 1e-4);
        Assert.NotEqual(whole[0].Loss, RunAll("half", _options with { BatchSize = 4 })[0].Loss, 1e-3);
    }

    [Theory]
    [InlineData(0.01, true)]
    [InlineData(0, false)]
    public void The_gradient_is_scaled_down_to_the_clip_norm(double clipNorm, bool clipped)
    {
        var norm = RunAll("clip", _options with { Steps = 1, ClipNorm = clipNorm }).Single().GradientNorm;
        using var scope = NewDisposeScope();
        // AdamW's first moment after one step is (1 − β₁) times the gradient.
        var moments = SafetensorsFile.Read(Path.Combine(_folder, "clip", "checkpoints", "step-000000001", "training.safetensors"))
            .Where(t => t.Key.StartsWith("optimizer.m.", StringComparison.Ordinal));
        var used = stack([.. moments.Select(m => m.Value.norm())]).norm().item<float>() / 0.1;
        Assert.True(norm > 0.05);
        Assert.Equal(clipped ? clipNorm : norm, used, 1e-3 * used);
    }

    [Fact]
    public void Measuring_on_held_out_pictures_changes_nothing_but_which_are_trained_on()
    {
        var often = RunAll("often", _options with { Validation = 0.3, ValidateEvery = 1 });
        var seldom = RunAll("seldom", _options with { Validation = 0.3, ValidateEvery = 4 });
        Assert.Equal(WeightsOf("often"), WeightsOf("seldom"));
        Assert.Equal([null, null, null, often[3].ValidationLoss, often[3].ValidationLoss, often[5].ValidationLoss],
            seldom.Select(p => p.ValidationLoss));
        Assert.Equal(6, often.Select(p => p.ValidationLoss).Distinct().Count());
        Assert.All(RunAll("none", _options), p => Assert.Null(p.ValidationLoss));
    }

    [Fact]
    public void Held_out_pictures_are_measured_with_the_averaged_weights()
    {
        // A decay of all but 1 leaves the average at the initial weights, a ramp that never begins at the newest.
        var still = RunAll("still", _options with
        {
            Validation = 0.3,
            ValidateEvery = 1,
            Ema = 0.9999999,
            EmaWarmup = "power",
            EmaInvGamma = 1e-12,
            EmaPower = 10,
            LearningRate = 0.01,
            WarmupSteps = 0
        });
        var newest = RunAll("newest", _options with
        { Validation = 0.3, ValidateEvery = 1, EmaUpdateAfterStep = 100, LearningRate = 0.01, WarmupSteps = 0 });
        var off = RunAll("off", _options with { Validation = 0.3, ValidateEvery = 1, Ema = 0, LearningRate = 0.01, WarmupSteps = 0 });
        Assert.Equal(off.Select(p => p.ValidationLoss), newest.Select(p => p.ValidationLoss));
        Assert.Equal(still[0].ValidationLoss!.Value, still[5].ValidationLoss!.Value, 1e-4);
        Assert.NotEqual(off[5].ValidationLoss!.Value, still[5].ValidationLoss!.Value, 1e-2);
    }

    [Fact]
    public void The_loss_is_told_by_quarter_of_the_timesteps()
    {
        var last = RunAll("quarters", _options with { Steps = 30, BatchSize = 8, CheckpointEvery = 100 })[^1];
        Assert.Equal(4, last.LossByQuarter.Count);
        Assert.True(last.LossByQuarter[0] > last.LossByQuarter[3],
            $"{string.Join(" ", last.LossByQuarter)}: noise is easier told where there is more of it");

        var running = new RunningLoss(1000);
        Assert.Equal(2.5, running.Add([1, 3, 2, 4], [0, 249, 250, 999]));
        Assert.Equal([2, 2, null, 4], running.ByQuarter);
        running.Add([4], [249]);
        // The second value of a quarter weighs 10/11.
        Assert.Equal(2 + 2 * 10 / 11.0, running.ByQuarter[0]!.Value, 1e-12);
        Assert.Equal([2, null, 4], running.ByQuarter.Skip(1));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(1000)]
    public void The_smoothed_loss_is_near_the_loss_however_high_it_began(int steps)
    {
        var running = new RunningLoss(1000);
        var random = new Random(1);
        // Falls from 1 to 0.11 within the first hundred steps, as a tiny network's does, with the noise of its batches.
        for (var i = 1; i <= steps; i++)
            running.Add([(float)((0.11 + 0.9 * Math.Exp(-i / 25.0)) * (0.9 + 0.2 * random.NextDouble()))], [500]);
        Assert.InRange(running.Value, 0.105, 0.15);
    }

    [Fact]
    public void The_smoothed_loss_of_a_long_run_is_over_about_a_hundred_steps()
    {
        var mean = new RunningMean();
        for (var i = 0; i < 5000; i++) mean.Add(i);
        Assert.Equal(4999 - 99, mean.Value!.Value, 0.5);
    }

    [Theory]
    [InlineData("epsilon", "linear")]
    [InlineData("sample", "scaled_linear")]
    [InlineData("v_prediction", "squaredcos_cap_v2")]
    [InlineData("mu", "sigmoid")]
    [InlineData("score", "linear")]
    public void The_model_says_what_it_was_trained_to_predict_and_samples_by_it(string prediction, string schedule)
    {
        using (var trainer = Create("said", _options with { Prediction = prediction, Schedule = schedule, Timesteps = 40, Steps = 1 }))
            trainer.Run();
        using var model = ModelFolder.Load(Path.Combine(_folder, "said"));
        Assert.Equal((prediction, schedule, 40),
            (model.Scheduler.PredictionType, model.Scheduler.BetaSchedule, model.Scheduler.NumTrainTimesteps));
        var result = SamplingRun.Execute(model, new SamplingRequest { Sampler = "ddim", Steps = 4, Count = 1 });
        Assert.All(result.Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Resuming_with_another_prediction_is_refused()
    {
        using (var trainer = Create("other")) trainer.Run();
        using var other = Create("other", _options with { Prediction = "v_prediction" });
        Assert.Equal(
            "The checkpoint was made with prediction epsilon, not v_prediction; give --prediction epsilon to resume it, or another --out "
                + "to start anew.",
            Assert.Throws<PlaygroundException>(other.Resume).Message);
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        var losses = new List<double>();
        using var trainer = Create("loss", _options with { Steps = 60, BatchSize = 8, CheckpointEvery = 1000 });
        trainer.Run(p => losses.Add(p.Loss));
        Assert.True(losses[^15..].Average() < 0.8 * losses[..15].Average(),
            $"from {losses[..15].Average():0.000} to {losses[^15..].Average():0.000}");
    }

    [Fact]
    public void Training_steps_leave_no_tensor_behind()
    {
        using var trainer = Create("leak", _options with
        { Validation = 0.2, ValidateEvery = 2, Flip = true, OffsetNoise = 0.1, Accumulate = 2 });
        // What other tests left to the collector must not go while these count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var counts = new List<long>();
        trainer.Run(_ => counts.Add(Tensor.TotalCount));
        Assert.Single(counts.Skip(1).Distinct());
    }

    [Fact]
    public void The_finished_model_loads_with_its_classes()
    {
        using (var trainer = Create("model")) trainer.Run();
        using var model = ModelFolder.Load(Path.Combine(_folder, "model"));
        Assert.Equal((3, true), (model.Classes!.Value, model.Summary.HasNullClass));
    }

    [Fact]
    public void Resuming_with_another_seed_is_refused()
    {
        using (var trainer = Create("seed")) trainer.Run();
        using var other = Create("seed", _options with { Seed = 6 });
        Assert.Contains("seed 5", Assert.Throws<PlaygroundException>(other.Resume).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_written_checkpoint_is_passed_over()
    {
        using (var trainer = Create("half", _options with { Steps = 2 })) trainer.Run();
        Directory.CreateDirectory(Path.Combine(_folder, "half", "checkpoints", "step-000000004.part"));
        using var resumed = Create("half");
        resumed.Resume();
        Assert.Equal(2, resumed.Step);
    }

    [Fact]
    public void Data_and_network_that_do_not_fit_are_refused()
    {
        var e = Assert.Throws<PlaygroundException>(() => Create("fit", config: TinyModel.Config with { SampleSize = 16 }));
        Assert.Contains("8×8", e.Message, StringComparison.Ordinal);
        Assert.Contains("16", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_name_the_value_and_the_limit()
        => Assert.Equal("lr is NaN; it must be above 0 and at most 1.",
            Assert.Throws<PlaygroundException>(() => Create("lr", _options with { LearningRate = double.NaN })).Message);
}
