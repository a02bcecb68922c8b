using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Samples from a network in training, a model call at a time, on the thread that trains. Disposing it gives the weights back.
/// </summary>
public sealed class TrainingPreview : ITrainingPreview
{
    private const int MaxRows = 16;
    private readonly IDisposable _loan;
    private readonly ActiveSampling _run;
    private readonly BatchedDenoiser _denoiser;

    internal TrainingPreview(SampledModel model, TrainingLoop loop, SamplingRequest request)
    {
        using var guard = inference_mode();
        _run = new ActiveSampling(model, request);
        _denoiser = new BatchedDenoiser(model, BatchLimit.Fixed(model.Extent, MaxRows));
        _loan = loop.LendAverage();
    }

    public bool IsFinished => _run.IsFinished;

    /// <summary>The next model call.</summary>
    /// <exception cref="PlaygroundException">The prediction holds NaN or infinity.</exception>
    public void Advance()
    {
        using var guard = inference_mode();
        using var precision = Precision.Enter(_run.Request.Precision);
        do _denoiser.Advance([_run]);
        while (_run.Partial is not null);
    }

    /// <summary>The pictures, once it is finished.</summary>
    public PictureBatch Pictures()
    {
        using var guard = inference_mode();
        return _run.Result().Pictures;
    }

    public void Dispose()
    {
        _run.Dispose();
        _loan.Dispose();
    }
}
