using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>Runs one request from noise to pictures on the calling thread.</summary>
public static class SamplingRun
{
    /// <param name="model">Where to sample from.</param>
    /// <param name="request">What to sample; checked here against the model.</param>
    /// <param name="onStep">
    /// Called after every model call with the number of calls done and a function that makes the frame. Call that function, if at all,
    /// before returning and on the same thread: it copies the tensors to bytes.
    /// </param>
    /// <param name="ct">Stops before the next step.</param>
    /// <param name="noise">x_T, [N, C, H, W] row-major; null: drawn from the seeds.</param>
    /// <exception cref="PlaygroundException">The request does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SamplingResult Execute(DiffusionModel model, SamplingRequest request, Action<int, Func<SamplingFrame>>? onStep = null, CancellationToken ct = default, float[]? noise = null)
    {
        if (request.Validate(model.Summary, maxCount: int.MaxValue) is [var problem, ..]) throw new PlaygroundException(problem.Message);
        var device = TorchEngine.DefaultDevice;
        long[] shape = [request.Count, model.Channels, model.SampleSize, model.SampleSize];
        var sampler = request.CreateSampler(model.Scheduler);

        using var guard = inference_mode();
        using var run = NewDisposeScope();
        using var precision = Precision.Enter(request.Precision, device);
        using var streams = new PictureNoise(request.Seed, request.Count, shape[1..], device);
        var x = noise is null ? streams.Next() : From(noise, shape).to(device);
        var denoiser = new GuidedDenoiser(model, request, device);

        if (sampler.InitialNoiseSigma != 1) x *= sampler.InitialNoiseSigma;
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var prediction = denoiser.Predict(sampler.ScaleInput(i, x), sampler.Timesteps[i]);
            var step = sampler.Step(i, x, prediction, history, sampler.NeedsNoise(i) ? streams.Next() : null);
            var done = i + 1;
            onStep?.Invoke(done, () => new SamplingFrame(done, sampler.Timesteps.Count, sampler.Timesteps[done - 1], PictureBatch.FromTensor(Shown(sampler, done, step.Previous)), PictureBatch.FromTensor(step.PredictedOriginal)));
            Keep([step.Previous, .. step.History], [x, .. history]);
            (x, history) = (step.Previous, step.History);
        }
        var values = x.cpu().contiguous();
        return new SamplingResult(PictureBatch.FromTensor(values), values.data<float>().ToArray(), [.. shape.Select(s => (int)s)], denoiser.Classes);
    }

    // A step may hand on tensors that it was given: those are kept as they are, the new ones outlive the step, the rest go.
    private static void Keep(IEnumerable<Tensor> after, IEnumerable<Tensor> before)
    {
        var old = new HashSet<Tensor>(before, ReferenceEqualityComparer.Instance);
        var kept = new HashSet<Tensor>(after, ReferenceEqualityComparer.Instance);
        foreach (var tensor in kept.Except(old, ReferenceEqualityComparer.Instance).Cast<Tensor>()) tensor.MoveToOuterDisposeScope();
        foreach (var tensor in old.Except(kept, ReferenceEqualityComparer.Instance).Cast<Tensor>()) tensor.Dispose();
    }

    private static Tensor Shown(ISampler sampler, int index, Tensor x) => index < sampler.Timesteps.Count ? sampler.ScaleInput(index, x) : x;

    private static Tensor From(float[] noise, long[] shape)
    {
        var wanted = shape.Aggregate(1L, (a, b) => a * b);
        return noise.Length == wanted ? tensor(noise, shape)
            : throw new PlaygroundException($"The noise has {noise.Length} values; the model and the count take {wanted}, the shape [{string.Join(", ", shape)}].");
    }
}
