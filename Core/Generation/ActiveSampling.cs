using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// A request under way, between one model call and the next. It asks for no forward pass itself, so that one pass can serve many.
/// Use it on one thread, in inference mode.
/// </summary>
internal sealed class ActiveSampling : IDisposable
{
    private readonly ISampler _sampler;
    private readonly int[] _schedule;
    private readonly Guidance _guidance;
    private readonly PictureNoise _streams;
    private readonly long[] _shape;
    private readonly SampledModel _model;
    private readonly int _calls;
    private readonly Action<int, Func<SamplingFrame>>? _onStep;
    private readonly List<Tensor> _images = [];
    private Inpainting? _inpainting;
    private Tensor? _beside;
    private ActiveInversion? _inversion;
    private Tensor? _x;
    private IReadOnlyList<Tensor> _history = [];
    private int _made, _done, _decoded;

    /// <exception cref="PlaygroundException">The request, or the noise, does not fit the model.</exception>
    public ActiveSampling(SampledModel model, SamplingRequest request, Action<int, Func<SamplingFrame>>? onStep = null,
        float[]? noise = null)
    {
        if (request.Validate(model.Summary, maxCount: int.MaxValue) is [var problem, ..]) throw new PlaygroundException(problem.Message);
        (Request, _onStep, _model) = (request, onStep, model);
        _shape = [.. model.NoiseShape(request).Select(s => (long)s)];
        _sampler = request.CreateSampler(model.Scheduler);
        _schedule = request.Schedule(_sampler);
        _calls = request.CallsOn(model.Summary);
        _guidance = new Guidance(model, request, (int)_shape[1]);

        using var scope = NewDisposeScope();
        var device = TorchEngine.DefaultDevice;
        var given = noise is null ? null : From(noise, _shape).to(device);
        _streams = new PictureNoise(request, _shape[1..], device);
        if (request.Interpolate is { } pair)
            _inversion = new ActiveInversion((IInvertibleSampler)_sampler, pair.ToTensor().to(device), request.InversionCalls);
        else _x = Start(given, device).DetachFromDisposeScope();
    }

    public SamplingRequest Request { get; }

    /// <summary>Whether all model calls are made.</summary>
    public bool IsFinished => _inversion is null && _made == _schedule.Length;

    /// <summary>Whether the images are there too.</summary>
    public bool IsDecoded => _decoded == Request.Count;

    /// <summary>Whether the next thing to do is about it alone: to go on with a model call of several passes, or to make images.</summary>
    public bool IsAlone => Partial is not null || IsFinished;

    /// <summary>A model call of several passes that is under way.</summary>
    public PartialCall? Partial { get; set; }

    /// <summary>Rows that it takes of the next forward pass; they change where guidance goes on or off.</summary>
    public int Rows => _guidance.Rows(Pictures, Timestep);

    /// <summary>The timestep of the next model call.</summary>
    public float Timestep => _inversion?.Timestep ?? _sampler.Timesteps[_schedule[_made]];

    /// <summary>[C, H, W] of what is denoised: requests share a pass where it is the same.</summary>
    public (long C, long H, long W) Extent => (_shape[1], _shape[2], _shape[3]);

    /// <summary>Pixels of a row.</summary>
    public long Pixels => _shape[2] * _shape[3];

    /// <inheritdoc cref="Guidance.Condition"/>
    public Tensor? Condition() => _guidance.Condition(Pictures, Timestep);

    private int Pictures => _inversion?.Pictures ?? Request.Count;

    /// <summary>What the next model call is given, [<see cref="Rows"/>, C, H, W].</summary>
    public Tensor Input()
    {
        var x = _guidance.Spread(_inversion?.X ?? _sampler.ScaleInput(_schedule[_made], _x!), Timestep);
        return _beside is null ? x : cat([x, _guidance.Spread(_beside, Timestep)], 1);
    }

    /// <summary>Takes the model's output for <see cref="Input"/> and steps on.</summary>
    /// <exception cref="PlaygroundException">The output has values that are not numbers.</exception>
    public void Advance(Tensor output)
    {
        using var scope = NewDisposeScope();
        if (!output.isfinite().all().item<bool>()) throw NotFinite();
        var prediction = _guidance.Combine(output, Timestep);
        if (_inversion is null) Denoise(prediction);
        else Invert(_inversion, prediction);
    }

    // Clamped and rounded, NaN would be black.
    private PlaygroundException NotFinite()
    {
        var at = Timestep.ToString("0.##", CultureInfo.InvariantCulture);
        var advice = Request.Precision == Precision.Bfloat16
            ? "Try it in f32; if it is the same there, its weights are damaged or its training diverged."
            : "Its weights are damaged or its training diverged; take an earlier checkpoint, or another sampler or less guidance.";
        return new PlaygroundException(
            $"The model's prediction at timestep {at} (call {_done + 1} of {_calls}) holds NaN or infinity, so no image can be "
                + $"made. {advice}");
    }

    /// <summary>Makes the next images of what was denoised, as many as the model makes at once.</summary>
    /// <exception cref="PlaygroundException">They have values that are not numbers.</exception>
    public void Decode()
    {
        using var scope = NewDisposeScope();
        if (_decoded == 0 && !_x!.isfinite().all().item<bool>())
            throw new PlaygroundException("The pictures came out as values that are not numbers: the model is damaged, or these options do "
                + "not go with it. Try other options, f32, or another model.");
        var n = Math.Min(_model.ImagesAtOnce, Request.Count - _decoded);
        _images.Add(_model.ToImages(_x!.narrow(0, _decoded, n)).cpu().DetachFromDisposeScope());
        _decoded += n;
    }

    /// <summary>What came out; images that are not there yet are made.</summary>
    /// <exception cref="PlaygroundException">They have values that are not numbers.</exception>
    public SamplingResult Result()
    {
        while (!IsDecoded) Decode();
        using var scope = NewDisposeScope();
        var values = cat(_images, 0).contiguous();
        return new SamplingResult(PictureBatch.FromTensor(values), values.data<float>().ToArray(), [.. values.shape.Select(s => (int)s)],
            _guidance.Classes, _model.Summary);
    }

    public void Dispose()
    {
        foreach (var tensor in _history.Concat(_images)) tensor.Dispose();
        Partial?.Dispose();
        _x?.Dispose();
        _inversion?.Dispose();
        _inpainting?.Dispose();
        _beside?.Dispose();
        _guidance.Dispose();
        _streams.Dispose();
    }

    // From noise, or from pictures with so much of it as their first step takes. Random numbers are drawn in diffusers' order, so that a
    // seed makes the same image here and there.
    private Tensor Start(Tensor? given, Device device)
    {
        var images = Request.Init?.ToTensor().to(device);
        var mask = Request.Mask?.ToTensor().to(device);
        // What is redrawn whole begins as noise alone, without a trace of what was there.
        var whole = mask is not null && Request.StepsSkipped == 0;
        var source = images is null || (whole && !_model.MergesMask) ? null : _model.FromImages(images, Request.Count, _streams.Next);
        var noise = given ?? _streams.First();
        _beside = _model.Beside(Request, images, mask, _streams.Next)?.DetachFromDisposeScope();
        if (mask is not null && _model.MergesMask) _inpainting = new Inpainting(source!, _model.MaskOf(mask), noise);
        return source is null || whole
            ? noise * _sampler.InitialNoiseSigma
            : _sampler.MarginalAt(_schedule[0]).AddNoise(source, noise);
    }

    private void Denoise(Tensor prediction)
    {
        var index = _schedule[_made++];
        var drawn = _sampler.NeedsNoise(index) ? _streams.Next() : null;
        var step = _sampler.Step(index, _x!, prediction, _history, drawn);
        var (x, x0, at) = (step.Previous, step.PredictedOriginal, index + 1);
        if (_inpainting is not null)
        {
            x0 = _inpainting.Merge(x0);
            x = IsFinished ? _inpainting.Merge(x)
                : _inpainting.Merge(x, _sampler.MarginalAt(at), drawn is null || _model.KeepsFirstNoise ? null : _streams.Next());
            if (!IsFinished && _schedule[_made] is var next && next < at)
            {
                x = _sampler.MarginalAt(next).AddNoise(x, _sampler.MarginalAt(at), _streams.Next());
                at = next;
            }
        }
        Report(_sampler.Timesteps[index], at, () => IsFinished ? x : _sampler.ScaleInput(at, x), x0);
        Keep([x, .. step.History], [_x!, .. _history]);
        (_x, _history) = (x, step.History);
    }

    // Once the noise of both pictures is known, the run starts from it and what lies between.
    private void Invert(ActiveInversion inversion, Tensor prediction)
    {
        var timestep = inversion.Timestep;
        var x0 = inversion.Advance(prediction);
        Report(timestep, null, () => inversion.X, x0);
        if (!inversion.IsFinished) return;
        var (first, last) = (inversion.X[0], inversion.X[1]);
        _x = stack([.. Enumerable.Range(0, Request.Count)
            .Select(i => SphericalInterpolation.Between(first, last, i / (Request.Count - 1.0)))]).DetachFromDisposeScope();
        inversion.Dispose();
        _inversion = null;
    }

    private void Report(float timestep, int? place, Func<Tensor> xt, Tensor x0)
    {
        var done = ++_done;
        _onStep?.Invoke(done, () => new SamplingFrame(done, _calls, timestep, _model.Preview(xt()), _model.Preview(x0))
        {
            Sigma = place is { } at && _sampler.MarginalAt(at) is var noise ? noise.Sigma / noise.Scale : null,
        });
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
            : throw new PlaygroundException(
                $"The noise has {noise.Length} values; the model and the count take {wanted}, the shape [{string.Join(", ", shape)}].");
    }
}
