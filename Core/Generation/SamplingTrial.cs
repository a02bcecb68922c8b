using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// A run of a request's sampler over all of its steps with a picture of one pixel and no model: what its options do to the model's own
/// schedule shows before anybody waits for it. It takes some microseconds a step.
/// </summary>
public static class SamplingTrial
{
    // Enough for a quantile, and for signs of both kinds.
    private static readonly float[] s_pixels = [-1, -0.25f, 0.5f, 1];

    /// <summary>Why the request cannot be carried out although each of its values is in its range; null: it can.</summary>
    /// <param name="request">Checked by <see cref="SamplingRequest.Validate"/>, with no problem.</param>
    /// <param name="model">Its schedule and its channels.</param>
    public static SamplingProblem? Of(SamplingRequest request, ModelSummary model)
    {
        if (!request.Options.Given().Any()) return null;
        try
        {
            using var guard = inference_mode();
            return IsSound(request, model) ? null : Refusal("the pictures come out as values that are not numbers");
        }
        catch (PlaygroundException e)
        {
            return new SamplingProblem("options", e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Refusal("a step cannot be taken");
        }

        SamplingProblem Refusal(string what)
            => new("options", $"With these options {what}: they do not go with the schedule of '{model.Name}' or with each other. "
                + "Leave some of them out.");
    }

    private static bool IsSound(SamplingRequest request, ModelSummary model)
    {
        using var scope = NewDisposeScope();
        var sampler = request.CreateSampler(model.Scheduler);
        var noise = tensor(s_pixels, [1, 1, 2, 2]).expand(1, model.Channels, 2, 2);
        var prediction = (noise * 0.5f).expand(1, model.Channels, 2, 2);
        if (model.Config.OutChannels == 2 * model.Channels) prediction = cat([prediction, prediction.abs()], 1);
        var x = noise * sampler.InitialNoiseSigma;
        IReadOnlyList<Tensor> history = [];
        foreach (var index in request.Schedule(sampler))
        {
            _ = sampler.ScaleInput(index, x);
            var next = sampler.Step(index, x, prediction, history, sampler.NeedsNoise(index) ? noise : null);
            (x, history) = (next.Previous, next.History);
        }
        return x.isfinite().all().item<bool>();
    }
}
