using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Pipelines;

namespace Playground.Bench;

/// <summary>Eight requests of one picture each, one after another and together.</summary>
internal static class Batching
{
    private const int Requests = 8, Steps = 10;

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    public static async Task MeasureAsync(int rounds)
    {
        Console.WriteLine($"""

            {Requests} requests of one picture and {Steps} steps, medians of {rounds} alternating rounds.

            | model | precision | one after another, s | together, s | share |
            |---|---|---|---|---|
            """);
        foreach (var (name, load) in new (string, Func<DiffusionModel>)[] { ("ddpm-cifar10-32", Bench.Steps.Model),
            ("mnist", () => ModelFolder.Load(Path.Combine(Root, "models", "mnist"))) })
        {
            using var device = new DeviceThread(name);
            using var model = await device.RunAsync(load);
            var engine = new SamplingEngine(device, _ => model);
            foreach (var precision in new[] { Precision.Float32, Precision.Bfloat16 })
            {
                SamplingRequest[] requests = [.. Enumerable.Range(0, Requests)
                    .Select(i => new SamplingRequest { Steps = Steps, Count = 1, Seed = i, Precision = precision })];
                await Task.WhenAll(requests.Select(r => engine.SampleAsync(name, r)));
                var (apart, together) = (new List<double>(), new List<double>());
                for (var round = 0; round < rounds; round++)
                {
                    var began = Stopwatch.GetTimestamp();
                    foreach (var request in requests) await engine.SampleAsync(name, request);
                    apart.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                    began = Stopwatch.GetTimestamp();
                    await Task.WhenAll(requests.Select(r => engine.SampleAsync(name, r)));
                    together.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                }
                var (a, t) = (Bench.Steps.Median(apart), Bench.Steps.Median(together));
                Console.WriteLine($"| {name} | {precision} | {a:0.00} | {t:0.00} | {t / a:0.00} |");
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Playground.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
