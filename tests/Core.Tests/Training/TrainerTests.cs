using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Models;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trainer-").FullName;
    private readonly TrainingOptions _options = new() { Steps = 6, BatchSize = 4, WarmupSteps = 2, CheckpointEvery = 2, Seed = 5, Ema = 0.9, LearningRate = 1e-3 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Gradients : IPictureDataset
    {
        public string Name => "gradients";
        public int Count => 10;
        public int Channels => 1;
        public int Height => 8;
        public int Width => 8;
        public int? Classes => 3;

        public int Label(int index) => index % 3;

        public void Read(int index, Span<byte> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = (byte)(index * 20 + i);
        }
    }

    private Trainer Create(string name, TrainingOptions? options = null, UNet2DConfig? config = null) => new(new Gradients(), config ?? TinyModel.Config, options ?? _options, Path.Combine(_folder, name));

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

    [Fact]
    public void Training_lowers_the_loss()
    {
        var losses = new List<double>();
        using var trainer = Create("loss", _options with { Steps = 60, BatchSize = 8, CheckpointEvery = 1000 });
        trainer.Run(p => losses.Add(p.Loss));
        Assert.True(losses[^15..].Average() < 0.8 * losses[..15].Average(), $"from {losses[..15].Average():0.000} to {losses[^15..].Average():0.000}");
    }

    [Fact]
    public void Training_steps_leave_no_tensor_behind()
    {
        using var trainer = Create("leak");
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
        => Assert.Equal("lr is NaN; it must be above 0 and at most 1.", Assert.Throws<PlaygroundException>(() => Create("lr", _options with { LearningRate = double.NaN })).Message);
}
