using Playground.Core.Data;
using Playground.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loop-").FullName;
    private readonly TrainingOptions _options = new() { Steps = 20, BatchSize = 10, WarmupSteps = 0, CheckpointEvery = 1, Seed = 3 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>One weight on x; tells each call's x and may answer with NaN.</summary>
    private sealed class Probe : nn.Module<Tensor, Tensor, Tensor?, Tensor>
    {
        private readonly Linear _weight = nn.Linear(1, 1);

        public Probe() : base(nameof(Probe)) => register_module("weight", _weight);

        public Action<Tensor> OnCall { get; init; } = _ => { };

        public double Scale { get; set; } = 1;

        public override Tensor forward(Tensor x, Tensor t, Tensor? labels)
        {
            OnCall(x);
            return _weight.call(x.reshape(-1, 1)).reshape(x.shape) * Scale;
        }
    }

    /// <summary>Forty points; tells which are read to train on, with gradients on, and which to measure.</summary>
    private sealed class Recording : IExamples
    {
        private readonly PointExamples _points = new([.. Enumerable.Range(0, 40).Select(i => i / 20f - 1)], 1);

        public HashSet<int> Trained { get; } = [];

        public HashSet<int> Measured { get; } = [];

        public string Name => "recording";

        public int Count => _points.Count;

        public IReadOnlyList<long> Shape => _points.Shape;

        public int? Classes => null;

        public (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> indices)
        {
            (is_grad_enabled() ? Trained : Measured).UnionWith(indices);
            return _points.Read(indices);
        }
    }

    /// <summary>Grey pictures that rise from left to right.</summary>
    private sealed class Slopes : IPictureDataset
    {
        public string Name => "slopes";
        public int Count => 10;
        public int Channels => 1;
        public int Height => 4;
        public int Width => 8;
        public int? Classes => null;

        public int Label(int index) => 0;

        public void Read(int index, Span<byte> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = (byte)(index * 10 + i % 8 * 10);
        }
    }

    [Fact]
    public void Flips_show_each_picture_and_its_mirror_image()
    {
        var (rising, falling) = (0, 0);
        using var network = new Probe
        {
            OnCall = x =>
            {
                var slope = (x.select(3, 7) - x.select(3, 0)).mean([1, 2]).data<float>().ToArray();
                (rising, falling) = (rising + slope.Count(s => s > 0.4), falling + slope.Count(s => s < -0.4));
            },
        };
        // So little noise that the network sees the pictures themselves.
        var options = _options with { Timesteps = 2, BetaStart = 1e-6, BetaEnd = 1e-6, Flip = true };
        using var loop = new TrainingLoop(network, new PictureExamples(new Slopes()), options, _folder);
        loop.Run();
        Assert.Equal(200, rising + falling);
        Assert.InRange(falling, 75, 125);
    }

    [Fact]
    public void Held_out_examples_are_measured_and_never_trained_on()
    {
        var data = new Recording();
        using var network = new Probe();
        using var loop = new TrainingLoop(network, data, _options with { Validation = 0.2, ValidateEvery = 5 }, _folder);
        loop.Run();
        Assert.Equal((32, 8), (data.Trained.Count, data.Measured.Count));
        Assert.Empty(data.Trained.Intersect(data.Measured));
    }

    [Fact]
    public void A_measurement_takes_at_most_as_many_examples_as_it_may()
    {
        var data = new Recording();
        using var network = new Probe();
        using var loop = new TrainingLoop(network, data, _options with { Validation = 0.5, ValidationExamples = 3 }, _folder);
        loop.Run();
        Assert.Equal(3, data.Measured.Count);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_keeps_the_last_good_checkpoint()
    {
        using (var network = new Probe())
        using (var loop = new TrainingLoop(network, new Recording(), _options, _folder))
        {
            var e = Assert.Throws<DivergedException>(() => loop.Run(p => network.Scale = p.Step == 6 ? double.NaN : 1));
            Assert.Equal(7, e.Step);
            Assert.Contains("at step 7", e.Message, StringComparison.Ordinal);
            Assert.Contains("lower learning rate", e.Message, StringComparison.Ordinal);
        }
        using var sound = new Probe();
        using var resumed = new TrainingLoop(sound, new Recording(), _options, _folder);
        resumed.Resume();
        Assert.Equal(6, resumed.Step);
        Assert.True(resumed.Run());
        Assert.All(resumed.Weights.Values, w => Assert.True(float.IsFinite(w.sum().item<float>())));
    }

    [Fact]
    public void What_only_pictures_have_is_refused_for_points()
    {
        using var network = new Probe();
        string Refusal(TrainingOptions options, int? classRows = null)
            => Assert.Throws<PlaygroundException>(() => new TrainingLoop(network, new Recording(), options, _folder, classRows)).Message;
        Assert.StartsWith("flip mirrors pictures", Refusal(_options with { Flip = true }), StringComparison.Ordinal);
        Assert.StartsWith("offset-noise shifts whole pictures", Refusal(_options with { OffsetNoise = 0.1 }), StringComparison.Ordinal);
        Assert.Contains("the data has no classes", Refusal(_options, classRows: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void The_average_is_the_weights_until_its_first_step()
    {
        using var network = new Probe();
        using var loop = new TrainingLoop(network, new Recording(),
            _options with { Ema = 0.99, EmaUpdateAfterStep = 10, LearningRate = 0.1 }, _folder);
        var same = new List<bool>();
        loop.Run(_ => same.Add(network.named_parameters().All(p => p.parameter.eq(loop.Weights[p.name]).all().item<bool>())));
        Assert.Equal([.. Enumerable.Repeat(true, 10), .. Enumerable.Repeat(false, 10)], same);
    }

    [Fact]
    public void Points_that_are_no_points_are_refused()
    {
        Assert.Contains("a whole number of points", Assert.Throws<PlaygroundException>(() => new PointExamples([1, 2, 3], 2)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Point 1 holds NaN", Assert.Throws<PlaygroundException>(() => new PointExamples([1, 2, float.NaN, 4], 2)).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 points and 1 labels", Assert.Throws<PlaygroundException>(() => new PointExamples([1, 2], 1, [0])).Message,
            StringComparison.Ordinal);
        using var network = new Probe();
        var one = new PointExamples([1], 1);
        Assert.Contains("none is left to train on", Assert.Throws<PlaygroundException>(
            () => new TrainingLoop(network, one, _options with { Validation = 0.1 }, _folder)).Message, StringComparison.Ordinal);
    }
}
