using Playground.Core.Checkpoints;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>The model with its classes and classifier-free guidance (Ho &amp; Salimans 2022): both halves in one forward pass.</summary>
internal sealed class GuidedDenoiser
{
    private readonly DiffusionModel _model;
    private readonly double _guidance;
    private readonly bool _guides;
    private readonly Tensor? _labels;

    public GuidedDenoiser(DiffusionModel model, SamplingRequest request, Device device)
    {
        (_model, _guidance) = (model, request.Guidance);
        if (model.Classes is not { } classes) return;
        Classes = [.. Enumerable.Range(0, request.Count).Select(i => request.Classes.Count > 0 ? request.Classes[i % request.Classes.Count] : i % classes)];
        _guides = request.Guidance != 1;
        var labels = Classes.Select(k => (long)k);
        if (_guides) labels = labels.Concat(Enumerable.Repeat((long)model.Config.NumClassEmbeds! - 1, request.Count));
        long[] all = [.. labels];
        _labels = tensor(all, device: device);
    }

    /// <summary>Each picture's class; empty when unconditional.</summary>
    public int[] Classes { get; } = [];

    /// <summary>The prediction, in the model's own parameterization, for x [N, C, H, W] at one timestep, which may be fractional.</summary>
    public Tensor Predict(Tensor x, float timestep)
    {
        var (n, channels) = (x.shape[0], x.shape[1]);
        var input = _guides ? cat([x, x], 0) : x;
        var t = full([input.shape[0]], timestep, ScalarType.Float32, x.device);
        var prediction = _model.Network.call(input, t, _labels).to(ScalarType.Float32);
        if (!_guides) return prediction;
        var conditional = prediction.narrow(0, 0, n);
        var unconditional = prediction.narrow(0, n, n);
        if (prediction.shape[1] == channels) return unconditional + (conditional - unconditional) * _guidance;
        // A learned variance is not guided (Nichol et al. 2021, GLIDE).
        var mean = unconditional.narrow(1, 0, channels) + (conditional - unconditional).narrow(1, 0, channels) * _guidance;
        return cat([mean, conditional.narrow(1, channels, prediction.shape[1] - channels)], 1);
    }
}
