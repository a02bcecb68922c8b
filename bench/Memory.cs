using System.Diagnostics;
using Playground.Core.Engine;
using Playground.Core.Sampling;

namespace Playground.Bench;

/// <summary>The process's peak while 64 pictures of ddpm-cifar10-32's size are sampled, and whether it grows with the steps.</summary>
internal static class Memory
{
    public static void Measure()
    {
        using var model = Steps.Model();
        foreach (var precision in new[] { Precision.Float32, Precision.Bfloat16 })
        {
            var sizes = new List<long>();
            SamplingRun.Execute(model, new SamplingRequest { Sampler = "ddpm", Steps = 12, Count = 64, Precision = precision }, (_, _) => sizes.Add(Environment.WorkingSet));
            Console.WriteLine($"64 pictures, {precision}: {sizes[1] >> 20} MiB after 2 steps, {sizes[^1] >> 20} MiB after {sizes.Count}; peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        }
    }
}
