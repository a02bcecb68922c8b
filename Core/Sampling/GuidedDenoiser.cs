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

    /// <summary>ε for x [N, C, H, W] at one timestep.</summary>
    public Tensor Predict(Tensor x, int timestep)
    {
        var n = x.shape[0];
        var input = _guides ? cat([x, x], 0) : x;
        var t = full([input.shape[0]], timestep, ScalarType.Int64, x.device);
        var prediction = _model.Network.call(input, t, _labels);
        if (!_guides) return prediction;
        var conditional = prediction.narrow(0, 0, n);
        var unconditional = prediction.narrow(0, n, n);
        return unconditional + (conditional - unconditional) * _guidance;
    }
}
