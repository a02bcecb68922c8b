using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>One model's forward passes over the pictures of many requests, each at its own timestep.</summary>
internal sealed class BatchedDenoiser(SampledModel model, BatchLimit limit)
{
    /// <summary>One model call and one step for each of the requests.</summary>
    /// <exception cref="Exception">The first that any of them threw.</exception>
    public void Advance(IReadOnlyList<ActiveSampling> runs)
    {
        foreach (var (_, fault) in TryAdvance(runs)) ExceptionDispatchInfo.Throw(fault);
    }

    /// <summary>
    /// One model call and one step for each of the requests. One that throws does so alone: the others step on, to the same bits as if it
    /// had not. Where the shared pass itself throws, each request has one of its own.
    /// </summary>
    /// <returns>What those threw that cannot go on; empty as a rule.</returns>
    public IReadOnlyDictionary<ActiveSampling, Exception> TryAdvance(IReadOnlyList<ActiveSampling> runs)
    {
        using var scope = NewDisposeScope();
        var faults = new Dictionary<ActiveSampling, Exception>();
        var calls = new List<Call>();
        foreach (var run in runs) Try(run, () => calls.Add(new Call(run, run.Input(), run.Timestep, run.Rows, run.Condition())));
        if (calls.Count == 0) return faults;
        var output = calls.Count > 1 ? Shared(calls) : null;
        var from = 0;
        foreach (var call in calls)
        {
            var start = from;
            from += call.Rows;
            Try(call.Run, () => call.Run.Advance(output is null ? Predict([call]) : output.narrow(0, start, call.Rows)));
        }
        return faults;

        void Try(ActiveSampling run, Action action)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                faults[run] = e;
            }
        }
    }

    // Null where the pass throws: whose fault it is, a pass for each tells.
    private Tensor? Shared(IReadOnlyList<Call> calls)
    {
        try
        {
            return Predict(calls);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private Tensor Predict(IReadOnlyList<Call> calls)
    {
        var device = TorchEngine.DefaultDevice;
        var input = calls.Count == 1 ? calls[0].Input : cat([.. calls.Select(c => c.Input)], 0);
        float[] timesteps = [.. calls.SelectMany(c => Enumerable.Repeat(c.Timestep, c.Rows))];
        Tensor[] told = [.. calls.Select(c => c.Condition).OfType<Tensor>()];
        var condition = told.Length == 0 ? null : told.Length == 1 ? told[0] : cat(told, 0);
        var t = model.Extent.TimeEmbeddingType == "learned"
            ? tensor([.. timesteps.Select(v => (long)v)], device: device)
            : tensor(timesteps, device: device);
        return Predict(input, t, condition);
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

    /// <summary>What a request wants of the next pass.</summary>
    private sealed record Call(ActiveSampling Run, Tensor Input, float Timestep, int Rows, Tensor? Condition);
}
