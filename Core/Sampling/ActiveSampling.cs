using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>
/// A request under way, between one model call and the next. It asks for no forward pass itself, so that one pass can serve many.
/// Use it on one thread, in inference mode.
/// </summary>
internal sealed class ActiveSampling : IDisposable
{
    private readonly ISampler _sampler;
    private readonly Guidance _guidance;
    private readonly PictureNoise _streams;
    private readonly long[] _shape;
    private readonly ModelSummary _model;
    private readonly Action<int, Func<SamplingFrame>>? _onStep;
    private Tensor _x;
    private IReadOnlyList<Tensor> _history = [];
    private int _done;

    /// <exception cref="PlaygroundException">The request, or the noise, does not fit the model.</exception>
    public ActiveSampling(DiffusionModel model, SamplingRequest request, Action<int, Func<SamplingFrame>>? onStep = null, float[]? noise = null)
    {
        if (request.Validate(model.Summary, maxCount: int.MaxValue) is [var problem, ..]) throw new PlaygroundException(problem.Message);
        (Request, _onStep, _model) = (request, onStep, model.Summary);
        _shape = [request.Count, model.Channels, model.SampleSize, model.SampleSize];
        _sampler = request.CreateSampler(model.Scheduler);
        _guidance = new Guidance(model, request);

        using var scope = NewDisposeScope();
        var device = TorchEngine.DefaultDevice;
        var given = noise is null ? null : From(noise, _shape).to(device);
        _streams = new PictureNoise(request.Seed, request.Count, _shape[1..], device);
        var x = given ?? _streams.Next();
        _x = (_sampler.InitialNoiseSigma == 1 ? x : x * _sampler.InitialNoiseSigma).DetachFromDisposeScope();
    }

    public SamplingRequest Request { get; }

    public bool IsFinished => _done == _sampler.Timesteps.Count;

    /// <summary>Rows that it takes of a forward pass.</summary>
    public int Rows => _guidance.Rows;

    /// <summary>The timestep of the next model call.</summary>
    public float Timestep => _sampler.Timesteps[_done];

    /// <inheritdoc cref="Guidance.Labels"/>
    public long[]? Labels => _guidance.Labels;

    /// <summary>What the next model call is given, [<see cref="Rows"/>, C, H, W].</summary>
    public Tensor Input() => _guidance.Spread(_sampler.ScaleInput(_done, _x));

    /// <summary>Takes the model's output for <see cref="Input"/> and steps on.</summary>
    public void Advance(Tensor output)
    {
        using var scope = NewDisposeScope();
        var prediction = _guidance.Combine(output, _shape[1]);
        var step = _sampler.Step(_done, _x, prediction, _history, _sampler.NeedsNoise(_done) ? _streams.Next() : null);
        var done = _done + 1;
        _onStep?.Invoke(done, () => new SamplingFrame(done, _sampler.Timesteps.Count, _sampler.Timesteps[done - 1],
            PictureBatch.FromTensor(done < _sampler.Timesteps.Count ? _sampler.ScaleInput(done, step.Previous) : step.Previous), PictureBatch.FromTensor(step.PredictedOriginal)));
        Keep([step.Previous, .. step.History], [_x, .. _history]);
        (_x, _history, _done) = (step.Previous, step.History, done);
    }

    public SamplingResult Result()
    {
        using var scope = NewDisposeScope();
        var values = _x.cpu().contiguous();
        return new SamplingResult(PictureBatch.FromTensor(values), values.data<float>().ToArray(), [.. _shape.Select(s => (int)s)], _guidance.Classes, _model);
    }

    public void Dispose()
    {
        foreach (var tensor in _history.Append(_x)) tensor.Dispose();
        _streams.Dispose();
    }

    // A step may hand on tensors that it was given: those stay, the new ones outlive the step, the rest go.
    private static void Keep(IEnumerable<Tensor> after, IEnumerable<Tensor> before)
    {
        var old = new HashSet<Tensor>(before, ReferenceEqualityComparer.Instance);
        var kept = new HashSet<Tensor>(after, ReferenceEqualityComparer.Instance);
        foreach (var tensor in kept.Except(old, ReferenceEqualityComparer.Instance).Cast<Tensor>()) tensor.DetachFromDisposeScope();
        foreach (var tensor in old.Except(kept, ReferenceEqualityComparer.Instance).Cast<Tensor>()) tensor.Dispose();
    }

    private static Tensor From(float[] noise, long[] shape)
    {
        var wanted = shape.Aggregate(1L, (a, b) => a * b);
        return noise.Length == wanted ? tensor(noise, shape)
            : throw new PlaygroundException($"The noise has {noise.Length} values; the model and the count take {wanted}, the shape [{string.Join(", ", shape)}].");
    }
}
