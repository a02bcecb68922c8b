using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>One model's forward passes over the pictures of many requests, each at its own timestep.</summary>
internal sealed class BatchedDenoiser(DiffusionModel model, BatchLimit limit)
{
    /// <summary>One model call and one step for each of the requests.</summary>
    public void Advance(IReadOnlyList<ActiveSampling> runs)
    {
        using var scope = NewDisposeScope();
        var device = TorchEngine.DefaultDevice;
        var input = runs.Count == 1 ? runs[0].Input() : cat([.. runs.Select(r => r.Input())], 0);
        float[] timesteps = [.. runs.SelectMany(r => Enumerable.Repeat(r.Timestep, r.Rows))];
        var t = model.Config.TimeEmbeddingType == "learned"
            ? tensor([.. timesteps.Select(v => (long)v)], device: device)
            : tensor(timesteps, device: device);
        long[] classes = [.. runs.SelectMany(r => r.Labels ?? [])];
        var labels = classes.Length == 0 ? null : tensor(classes, device: device);

        var output = Predict(input, t, labels);
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
    private Tensor Predict(Tensor input, Tensor t, Tensor? labels)
    {
        var rows = (int)input.shape[0];
        var passes = (rows + limit.Rows - 1) / limit.Rows;
        if (passes == 1) return Pass(input, t, labels);
        var parts = new List<Tensor>();
        for (int i = 0, from = 0; i < passes; i++)
        {
            var n = (rows - from) / (passes - i);
            parts.Add(Pass(input.narrow(0, from, n), t.narrow(0, from, n), labels?.narrow(0, from, n)));
            from += n;
        }
        return cat(parts, 0);
    }

    private Tensor Pass(Tensor input, Tensor t, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var began = Stopwatch.GetTimestamp();
        var output = model.Network.call(input, t, labels);
        // A GPU is still at work when the call returns.
        if (output.device_type == DeviceType.CUDA) cuda.synchronize();
        limit.Record((int)input.shape[0], Stopwatch.GetElapsedTime(began).TotalSeconds);
        return output.MoveToOuterDisposeScope();
    }
}
