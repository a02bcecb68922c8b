using System.Diagnostics;
using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Core.Samplers;
using Playground.Evaluation.Features;

namespace Playground.Bench;

/// <summary>What sampling takes of the memory.</summary>
internal static class Memory
{
    /// <summary>The process's peak while 64 pictures of ddpm-cifar10-32's size are sampled, and whether it grows with the steps.</summary>
    public static void Measure()
    {
        using var model = Steps.Model();
        foreach (var precision in new[] { Precision.Float32, Precision.Bfloat16 })
        {
            var sizes = new List<long>();
            SamplingRun.Execute(model, new SamplingRequest { Sampler = "ddpm", Steps = 12, Count = 64, Precision = precision },
                (_, _) => sizes.Add(Environment.WorkingSet));
            Console.WriteLine($"64 pictures, {precision}: {sizes[1] >> 20} MiB after 2 "
                + $"steps, {sizes[^1] >> 20} MiB after {sizes.Count}; peak of the "
                + $"process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        }
    }

    /// <summary>
    /// Requests of every sampler, both precisions and 1 to 64 pictures come and go for so many minutes, four at a time, and now and
    /// then one of another model, so that models are loaded and let go of too. A line a minute: the working set, and what of it is known:
    /// .NET's heap, and what of that is alive. The rest is tensors, libraries, the C library's heap and compiled kernels. TorchSharp's
    /// count of tensors says nothing: it counts the tensor that a parameter was made of for good.
    /// </summary>
    public static async Task SoakAsync(double minutes, CancellationToken ct)
    {
        Console.WriteLine("\n| minute | requests ended | working set, MiB | .NET, MiB | of it alive, KiB |\n|---|---|---|---|---|");
        DiffusionModel? loaded = null;
        using var device = new DeviceThread("soak");
        var engine = new SamplingEngine(device, name =>
        {
            loaded?.Dispose();
            return loaded = name == "mnist" ? ModelFolder.Load(Path.Combine(Batching.Root, "models", "mnist")) : Steps.Model();
        });
        var random = new Random(1);
        var began = Stopwatch.StartNew();
        var (running, ended, next) = (new HashSet<Task>(), 0, 0.0);
        while (began.Elapsed.TotalMinutes < minutes)
        {
            while (running.Count < 4)
                running.Add(engine.SampleAsync(random.Next(40) == 0 ? "ddpm-cifar10-32" : "mnist", Draw(random), ct: ct));
            running.Remove(await Task.WhenAny(running));
            ended++;
            if (began.Elapsed.TotalMinutes < next) continue;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {began.Elapsed.TotalMinutes:0.0} | {ended} | {Environment.WorkingSet
                    >> 20} | {GC.GetGCMemoryInfo().TotalCommittedBytes
                        >> 20} | {GC.GetTotalMemory(forceFullCollection: true) >> 10} |"));
            next = Math.Floor(began.Elapsed.TotalMinutes) + 1;
        }
        await Task.WhenAll(running);
        loaded?.Dispose();
    }

    private static SamplingRequest Draw(Random random) => new()
    {
        Sampler = SamplerCatalog.Names[random.Next(SamplerCatalog.Names.Count)],
        Steps = random.Next(4, 12),
        Count = 1 << random.Next(7),
        Seed = random.Next(),
        Precision = random.Next(2) == 0 ? Precision.Float32 : Precision.Bfloat16,
    };
}
