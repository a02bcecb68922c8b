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
    /// <summary>
    /// One model call and one step for each of the requests; of a single one that needs several passes, the next pass, and its step after
    /// the last.
    /// </summary>
    /// <exception cref="Exception">The first that any of them threw.</exception>
    public void Advance(IReadOnlyList<ActiveSampling> runs)
    {
        foreach (var (_, fault) in TryAdvance(runs)) ExceptionDispatchInfo.Throw(fault);
    }

    /// <summary>
    /// As <see cref="Advance"/>. One that throws does so alone: the others step on, to the same bits as if it had not. Where the shared
    /// pass itself throws, each request has one of its own.
    /// </summary>
    /// <returns>What those threw that cannot go on; empty as a rule.</returns>
    public IReadOnlyDictionary<ActiveSampling, Exception> TryAdvance(IReadOnlyList<ActiveSampling> runs)
    {
        using var scope = NewDisposeScope();
        var faults = new Dictionary<ActiveSampling, Exception>();
        var calls = new List<Call>();
        if (runs is [var only] && IsLarge(only))
        {
            Try(only, () => Continue(only));
            return faults;
        }
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

    private bool IsLarge(ActiveSampling run) => run.Partial is not null || run.Rows > limit.RowsOf(run.Pixels);

    private void Continue(ActiveSampling run)
    {
        run.Partial ??= new PartialCall(run.Input(), Timesteps((run.Timestep, run.Rows)), run.Condition());
        run.Partial.Continue(limit.RowsOf(run.Pixels), Pass);
        if (!run.Partial.IsWhole) return;
        using var call = run.Partial;
        run.Partial = null;
        run.Advance(call.Output());
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
        var input = calls.Count == 1 ? calls[0].Input : cat([.. calls.Select(c => c.Input)], 0);
        Tensor[] told = [.. calls.Select(c => c.Condition).OfType<Tensor>()];
        var condition = told.Length == 0 ? null : told.Length == 1 ? told[0] : cat(told, 0);
        using var whole = new PartialCall(input, Timesteps([.. calls.Select(c => (c.Timestep, c.Rows))]), condition);
        while (!whole.IsWhole) whole.Continue(limit.RowsOf(calls[0].Run.Pixels), Pass);
        return whole.Output();
    }

    private Tensor Timesteps(params ReadOnlySpan<(float Timestep, int Rows)> parts)
    {
        var all = new List<float>();
        foreach (var (timestep, rows) in parts) all.AddRange(Enumerable.Repeat(timestep, rows));
        var device = TorchEngine.DefaultDevice;
        return model.Extent.TimeEmbeddingType == "learned" ? tensor([.. all.Select(v => (long)v)], device: device)
            : tensor(all.ToArray(), device: device);
    }

    private Tensor Pass(Tensor input, Tensor t, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var began = Stopwatch.GetTimestamp();
        var output = model.Denoiser.call(input, t, condition);
        // A GPU is still at work when the call returns.
        if (output.device_type == DeviceType.CUDA) cuda.synchronize();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (input.shape[2] * input.shape[3] == limit.Pixels) limit.Record((int)input.shape[0], seconds);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>What a request wants of the next pass.</summary>
    private sealed record Call(ActiveSampling Run, Tensor Input, float Timestep, int Rows, Tensor? Condition);
}
