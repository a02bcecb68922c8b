using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using Playground.Core.Training;

namespace Playground.Core.Tests.Training;

/// <summary>A training taken a step at a time, as a server does.</summary>
public sealed class TrainerStepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steps-").FullName;
    private readonly TrainingOptions _options = new()
    {
        Steps = 8,
        BatchSize = 4,
        WarmupSteps = 2,
        CheckpointEvery = 3,
        Seed = 5,
        Ema = 0.9,
        LearningRate = 1e-3,
        Validation = 0.2,
        ValidateEvery = 2
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Trainer Create(string name, TrainingOptions? options = null, UNet2DConfig? config = null)
        => new(new Gradients(), config ?? TinyModel.Config, options ?? _options, Path.Combine(_folder, name));

    private byte[] CheckpointOf(string name, int step)
        => File.ReadAllBytes(Path.Combine(_folder, name, "checkpoints", $"step-{step:D9}", "training.safetensors"));

    private static (long, double, double, double, double?) Row(TrainingProgress p)
        => (p.Step, p.Loss, p.SmoothedLoss, p.GradientNorm, p.ValidationLoss);

    private List<(long, double, double, double, double?)> Whole(string name, TrainingOptions options, UNet2DConfig? config = null)
    {
        var rows = new List<(long, double, double, double, double?)>();
        using var trainer = Create(name, options, config);
        trainer.Run(p => rows.Add(Row(p)));
        return rows;
    }

    [Fact]
    public void Step_by_step_with_previews_and_checkpoints_between_it_ends_as_in_one_piece()
    {
        var expected = Whole("whole", _options);
        var rows = new List<(long, double, double, double, double?)>();
        using (var trainer = Create("steps"))
        {
            while (trainer.Step < trainer.Steps)
            {
                rows.Add(Row(trainer.Advance()));
                trainer.SaveCheckpoint();
                using var preview = trainer.Preview(new SamplingRequest { Steps = 3, Count = 3, Seed = 1 });
                while (!preview.IsFinished) preview.Advance();
                Assert.Equal(3, preview.Pictures().Count);
            }
        }
        Assert.Equal(expected, rows);
        Assert.Equal(CheckpointOf("whole", 8), CheckpointOf("steps", 8));
    }

    [Fact]
    public void A_preview_shows_what_the_saved_model_samples()
    {
        using var trainer = Create("preview");
        for (var i = 0; i < 5; i++) trainer.Advance();
        var request = new SamplingRequest { Steps = 4, Count = 2, Seed = 3, Classes = [1] };
        PictureBatch shown;
        using (var preview = trainer.Preview(request))
        {
            while (!preview.IsFinished) preview.Advance();
            shown = preview.Pictures();
        }
        trainer.SaveModel(Path.Combine(_folder, "saved"));
        using var model = ModelFolder.Load(Path.Combine(_folder, "saved"));
        Assert.Equal(SamplingRun.Execute(model, request).Pictures.Pixels, shown.Pixels);
    }

    [Fact]
    public void With_dropout_two_runs_of_one_seed_are_equal_and_so_is_a_resumed_one()
    {
        var config = TinyModel.Config with { Dropout = 0.3 };
        var expected = Whole("one", _options, config);
        Assert.Equal(expected, Whole("two", _options, config));
        Assert.NotEqual(expected, Whole("without", _options));

        using (var stopped = Create("stopped", config: config))
        {
            for (var i = 0; i < 5; i++) stopped.Advance();
            stopped.SaveCheckpoint();
        }
        var rows = new List<(long, double, double, double, double?)>();
        using (var resumed = Create("stopped", config: config))
        {
            resumed.Resume();
            resumed.Run(p => rows.Add(Row(p)));
        }
        Assert.Equal(expected[5..], rows);
        Assert.Equal(CheckpointOf("one", 8), CheckpointOf("stopped", 8));
    }

    [Fact]
    public void A_learned_time_embedding_trains_the_same_twice()
    {
        var config = TinyModel.Config with { TimeEmbeddingType = "learned", NumTrainTimesteps = 1000 };
        Assert.Equal(Whole("one", _options, config), Whole("two", _options, config));
        var e = Assert.Throws<PlaygroundException>(() => Create("short", config: config with { NumTrainTimesteps = 999 }));
        Assert.Contains("num_train_timesteps is 999", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_steps_may_change_on_the_way()
    {
        var expected = Whole("long", _options);
        var rows = new List<(long, double, double, double, double?)>();
        using var trainer = Create("changed", _options with { Steps = 1000 });
        for (var i = 0; i < 3; i++) rows.Add(Row(trainer.Advance()));
        trainer.Steps = 8;
        Assert.True(trainer.Run(p => rows.Add(Row(p))));
        Assert.Equal(expected, rows);
        Assert.Contains("steps is 0", Assert.Throws<PlaygroundException>(() => trainer.Steps = 0).Message, StringComparison.Ordinal);
        Assert.Equal(8, trainer.Steps);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_those_before_it_whole()
    {
        using (var trainer = Create("full"))
        {
            for (var i = 0; i < 3; i++) trainer.Advance();
            trainer.SaveCheckpoint();
            trainer.Advance();
            // A file where the folder should go.
            var obstacle = Path.Combine(_folder, "full", "checkpoints", "step-000000004.part");
            File.WriteAllText(obstacle, "");
            var e = Assert.Throws<StorageException>(trainer.SaveCheckpoint);
            Assert.Contains("'step-000000004' cannot be written", e.Message, StringComparison.Ordinal);
            Assert.Contains("Make room", e.Message, StringComparison.Ordinal);
            File.Delete(obstacle);
        }
        using var resumed = Create("full");
        resumed.Resume();
        Assert.Equal(3, resumed.Step);
        Assert.True(resumed.Run());
        Whole("whole", _options);
        Assert.Equal(CheckpointOf("whole", 8), CheckpointOf("full", 8));
    }
}
