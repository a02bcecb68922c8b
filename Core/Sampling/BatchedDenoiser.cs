using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Sampling;

/// <summary>One model's forward passes over the pictures of many requests, each at its own timestep.</summary>
internal sealed class BatchedDenoiser(SampledModel model, BatchLimit limit)
{
    /// <summary>One model call and one step for each of the requests.</summary>
    public void Advance(IReadOnlyList<ActiveSampling> runs)
    {
        using var scope = NewDisposeScope();
        var device = TorchEngine.DefaultDevice;
        var input = runs.Count == 1 ? runs[0].Input() : cat([.. runs.Select(r => r.Input())], 0);
        float[] timesteps = [.. runs.SelectMany(r => Enumerable.Repeat(r.Timestep, r.Rows))];
        var t = tensor(timesteps, device: device);
        Tensor[] told = [.. runs.Select(r => r.Condition()).OfType<Tensor>()];
        var condition = told.Length == 0 ? null : told.Length == 1 ? told[0] : cat(told, 0);

        var output = Predict(input, t, condition);
        var from = 0;
        foreach (var run in runs)
        {
            // A step may change how many rows the next one takes.
            var rows = run.Rows;
            run.Advance(runs.Count == 1 ? output : output.narrow(0, from, rows));
            from += rows;
        }
    }

    // More rows than one pass should take go in several, of as even a size as can be.
    private Tensor Predict(Tensor input, Tensor t, Tensor? condition)
    {
        var rows = (int)input.shape[0];
        var passes = (rows + limit.Rows - 1) / limit.Rows;
        if (passes == 1) return Pass(input, t, condition);
        var parts = new List<Tensor>();
        for (int i = 0, from = 0; i < passes; i++)
        {
            var n = (rows - from) / (passes - i);
            parts.Add(Pass(input.narrow(0, from, n), t.narrow(0, from, n), condition?.narrow(0, from, n)));
            from += n;
        }
        return cat(parts, 0);
    }

    private Tensor Pass(Tensor input, Tensor t, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var began = Stopwatch.GetTimestamp();
        var output = model.Denoiser.call(input, t, condition);
        // A GPU is still at work when the call returns.
        if (output.device_type == DeviceType.CUDA) cuda.synchronize();
        limit.Record((int)input.shape[0], Stopwatch.GetElapsedTime(began).TotalSeconds);
        return output.MoveToOuterDisposeScope();
    }
}
