using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>Runs one request from noise to pictures on the calling thread.</summary>
public static class SamplingRun
{
    private const int MaxRows = 64;

    /// <param name="model">Where to sample from.</param>
    /// <param name="request">What to sample; checked here against the model.</param>
    /// <param name="onStep">
    /// Called after every model call with the number of calls done and a function that makes the frame. Call that function, if at all,
    /// before returning and on the same thread: it copies the tensors to bytes.
    /// </param>
    /// <param name="ct">Stops before the next block of the network.</param>
    /// <param name="noise">x_T, of <see cref="SampledModel.NoiseShape"/>, row-major; null: drawn from the seeds.</param>
    /// <exception cref="PlaygroundException">The request does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SamplingResult Execute(SampledModel model, SamplingRequest request, Action<int, Func<SamplingFrame>>? onStep = null,
        CancellationToken ct = default, float[]? noise = null)
    {
        using var guard = inference_mode();
        using var precision = Precision.Enter(request.Precision);
        using var watch = Interruption.When(() => ct.IsCancellationRequested);
        using var run = new ActiveSampling(model, request, onStep, noise);
        var denoiser = new BatchedDenoiser(model, BatchLimit.Fixed(model.Extent, MaxRows));
        while (!run.IsFinished)
        {
            ct.ThrowIfCancellationRequested();
            denoiser.Advance([run]);
        }
        while (!run.IsDecoded)
        {
            ct.ThrowIfCancellationRequested();
            run.Decode();
        }
        return run.Result();
    }
}
