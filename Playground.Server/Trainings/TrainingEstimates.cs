using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Training;

namespace Playground.Server.Trainings;

/// <summary>
/// What a training takes, by running a few of its own steps; a kind that was measured before on this machine is not run again.
/// </summary>
internal sealed class TrainingEstimates(TrainingStore store, DeviceShare share) : IDisposable
{
    // After the first step, which compiles kernels and fills the allocator.
    private const int MostSteps = 5;
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(5), s_busy = TimeSpan.FromSeconds(10);

    // Each holds a network in memory, and only one at a time can be told how much it takes.
    private readonly SemaphoreSlim _measuring = new(1, 1);

    // How many an owner has under way or waiting.
    private const int MostOfOwner = 3;
    private readonly ConcurrentDictionary<string, int> _owners = new();

    /// <exception cref="RequestException">The plan cannot be carried out, or the owner has too many estimates under way.</exception>
    public async Task<TrainingEstimate> OfAsync(TrainingPlan plan, TrainingRequest request, string owner, CancellationToken ct)
    {
        var kind = KindOf(plan, request);
        var measured = await store.FindMeasurementAsync(kind, ct) ?? await MeasureAloneAsync(kind, plan, request, owner, ct);
        return Extend(measured, plan, request);
    }

    private async Task<TrainingMeasurement> MeasureAloneAsync(string kind, TrainingPlan plan, TrainingRequest request, string owner,
        CancellationToken ct)
    {
        try
        {
            if (_owners.AddOrUpdate(owner, 1, (_, count) => count + 1) > MostOfOwner)
                throw RequestException.TooMany("Other estimates of yours are under way. Wait for them, then ask again.", s_busy);
            await _measuring.WaitAsync(ct);
            try
            {
                // Somebody before may have measured the same.
                if (await store.FindMeasurementAsync(kind, ct) is { } known) return known;
                var measured = await MeasureAsync(kind, plan, request, ct);
                await store.AddMeasurementAsync(measured, ct);
                return measured;
            }
            finally
            {
                _measuring.Release();
            }
        }
        finally
        {
            _owners.AddOrUpdate(owner, 0, (_, count) => count - 1);
        }
    }

    private async Task<TrainingMeasurement> MeasureAsync(string kind, TrainingPlan plan, TrainingRequest request, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("estimate-").FullName;
        ITrainer? trainer = null;
        try
        {
            long? peak = null;
            await share.RunAsync(_ =>
            {
                var memory = new TensorMemory();
                trainer = plan.CreateTrainer(folder);
                trainer.Advance();
                peak = memory.Peak;
            });
            return new TrainingMeasurement
            {
                Kind = kind,
                SecondsPerStep = await TimeStepsAsync(trainer!, ct),
                SecondsPerCall = await TimeCallAsync(trainer!, plan, request),
                PeakBytes = peak,
                Parameters = trainer!.TrainedParameters,
                AllParameters = trainer.AllParameters,
                Note = trainer.Note,
            };
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid(plan.Model is null ? "preset" : "model", e.Message);
        }
        finally
        {
            if (trainer is not null) await share.RunAsync(_ => trainer.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<double> TimeStepsAsync(ITrainer trainer, CancellationToken ct)
    {
        var (steps, stepping) = (0, TimeSpan.Zero);
        while (steps < MostSteps && (steps == 0 || stepping < s_enough))
        {
            ct.ThrowIfCancellationRequested();
            stepping += await TimeAsync(() => trainer.Advance());
            steps++;
        }
        return stepping.TotalSeconds / steps;
    }

    // The second call: the first one compiles kernels and fills the allocator.
    private async Task<double> TimeCallAsync(ITrainer trainer, TrainingPlan plan, TrainingRequest request)
    {
        ITrainingPreview? preview = null;
        await share.RunAsync(_ => preview = trainer.Preview(new SamplingRequest
        {
            Steps = 2,
            Count = request.SampleCount,
            Precision = request.Options.Precision,
            Prompts = plan.Text?.PromptsFor(plan.Data.Pictures, request.SampleCount) ?? [],
        }));
        _ = await TimeAsync(preview!.Advance);
        var calling = await TimeAsync(preview.Advance);
        await share.RunAsync(_ => preview.Dispose());
        return calling.TotalSeconds;
    }

    public void Dispose() => _measuring.Dispose();

    private async Task<TimeSpan> TimeAsync(Action work)
    {
        var took = TimeSpan.Zero;
        await share.RunAsync(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            work();
            took = Stopwatch.GetElapsedTime(began);
        });
        return took;
    }

    private static TrainingEstimate Extend(TrainingMeasurement measured, TrainingPlan plan, TrainingRequest request)
    {
        var options = plan.Options;
        var looks = 1 + Math.Max(options.Steps / request.SampleEvery, options.Steps / options.CheckpointEvery);
        var held = options.Validation > 0 ? Math.Min(options.ValidationExamples,
            Math.Ceiling(plan.Data.Pictures.Count * options.Validation)) : 0;
        // A held-out picture costs what a sampled one costs at each step.
        var validating = held / request.SampleCount * (options.Steps / options.ValidateEvery);
        var seconds = options.Steps * measured.SecondsPerStep
            + (looks * (double)request.SampleSteps + validating) * measured.SecondsPerCall;
        // Two to resume from, with weights, two moments and the average; and the models that are kept.
        var averages = options.Ema > 0 ? 4 : 3;
        var models = Math.Min(request.KeepCheckpoints, 1 + options.Steps / options.CheckpointEvery);
        var disk = sizeof(float) * (2L * averages * measured.Parameters + models * measured.AllParameters);
        return new TrainingEstimate(measured.SecondsPerStep, seconds, measured.PeakBytes, disk, measured.Parameters, measured.Note);
    }

    // Whatever changes how long a step takes or how much it holds, on which machine.
    private static string KindOf(TrainingPlan plan, TrainingRequest request)
    {
        var (pictures, options) = (plan.Data.Pictures, plan.Options);
        var engine = TorchEngine.Describe();
        var kind = JsonSerializer.Serialize(new
        {
            Environment.MachineName,
            engine.Device,
            engine.Threads,
            engine.LibtorchVersion,
            plan.Config,
            Model = plan.Model?.Hash,
            plan.Lora,
            plan.Conditional,
            request.Text,
            request.Preset,
            pictures.Height,
            pictures.Channels,
            pictures.Classes,
            options.BatchSize,
            options.Accumulate,
            options.Precision,
            Averages = options.Ema > 0,
            request.SampleCount,
        });
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(kind)));
    }
}
