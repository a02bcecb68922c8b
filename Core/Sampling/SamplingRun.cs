using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>Runs one request from noise to pictures on the calling thread.</summary>
public static class SamplingRun
{
    /// <param name="model">Where to sample from.</param>
    /// <param name="request">What to sample; checked here against the model.</param>
    /// <param name="onStep">
    /// Called after every step with the number of steps done and a function that makes the frame. Call that function, if at all,
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
        var sampler = Create(model, request);

        using var guard = inference_mode();
        using var run = NewDisposeScope();
        using var precision = Precision.Enter(request.Precision, device);
        using var streams = new PictureNoise(request.Seed, request.Count, shape[1..], device);
        var x = noise is null ? streams.Next() : From(noise, shape).to(device);
        var denoiser = new GuidedDenoiser(model, request, device);

        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var eps = denoiser.Predict(x, sampler.Timesteps[i]);
            var (previous, x0) = sampler.Step(i, x, eps, sampler.NeedsNoise(i) ? streams.Next() : null);
            var done = i + 1;
            onStep?.Invoke(done, () => new SamplingFrame(done, sampler.Timesteps.Count, sampler.Timesteps[done - 1], PictureBatch.FromTensor(previous), PictureBatch.FromTensor(x0)));
            x.Dispose();
            x = previous.MoveToOuterDisposeScope();
        }
        var values = x.cpu().contiguous();
        return new SamplingResult(PictureBatch.FromTensor(values), values.data<float>().ToArray(), [.. shape.Select(s => (int)s)], denoiser.Classes);
    }

    /// <summary>The sampler that a request names, on the model's schedule.</summary>
    public static ISampler Create(DiffusionModel model, SamplingRequest request)
    {
        var schedule = NoiseSchedule.FromConfig(model.Scheduler);
        return request.Sampler == "ddpm" ? new DdpmSampler(schedule, model.Scheduler, request.Steps) : new DdimSampler(schedule, model.Scheduler, request.Steps, request.Eta);
    }

    private static Tensor From(float[] noise, long[] shape)
    {
        var wanted = shape.Aggregate(1L, (a, b) => a * b);
        return noise.Length == wanted ? tensor(noise, shape)
            : throw new PlaygroundException($"The noise has {noise.Length} values; the model and the count take {wanted}, the shape [{string.Join(", ", shape)}].");
    }
}
