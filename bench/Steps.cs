using System.Diagnostics;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Schedules;
using Playground.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Bench;

/// <summary>One denoising step and one training step of the architecture of google/ddpm-cifar10-32 (35.7 M parameters).</summary>
internal static class Steps
{
    // Kernels are chosen and compiled, weights laid out and memory taken in the first steps of each size; the runtime compiles
    // what it sees often once more, which takes about twenty small steps.
    private static int WarmUp(int batch) => batch == 1 ? 20 : 3;

    private static readonly UNet2DConfig s_config = Json.Read<UNet2DConfig>(
        Path.Combine(AppContext.BaseDirectory, "../../../..", "models/configs/ddpm-cifar10-32.json"));

    public static async Task MeasureAsync(Peer? peer, string[] cases, int[] batches, int rounds, CancellationToken ct)
    {
        Console.WriteLine($"""

            One step of ddpm-cifar10-32's architecture, {Environment.ProcessorCount} threads, medians of {rounds} alternating rounds;
            peer: {peer?.Name ?? "none"}.
            "ratio" is the peer's time in the same precision over ours, "to f32" the peer's float32 time over ours.

            | step | batch | precision | ours, s | peer, s | ratio | to f32 |
            |---|---|---|---|---|---|---|
            """);
        foreach (var name in cases)
        {
            foreach (var batch in batches)
            {
                double? peerFloat32 = null;
                foreach (var precision in new[] { Precision.Float32, Precision.Bfloat16 })
                {
                    var repeats = batch == 1 ? 20 : 3;
                    var (ours, theirs) = (new List<double>(), new List<double>());
                    for (var round = 0; round < rounds; round++)
                    {
                        ours.AddRange(name == "train" ? Train(batch, precision, repeats) : Denoise(batch, precision, repeats));
                        if (peer is not null) theirs.AddRange(await peer.MeasureAsync(name, batch, precision, repeats, ct));
                    }
                    var our = Median(ours);
                    double? their = peer is null ? null : Median(theirs);
                    peerFloat32 ??= their;
                    Console.WriteLine(
                        $"| {name} | {batch} | {precision} | {our:0.000} | {their:0.000} | {their / our:0.00} | {peerFloat32
                            / our:0.00} |");
                }
            }
        }
    }

    private static double[] Denoise(int batch, string precision, int repeats)
    {
        using var model = Model();
        var times = new List<long>();
        SamplingRun.Execute(model, new SamplingRequest { Steps = repeats + WarmUp(batch), Count = batch, Precision = precision },
            (_, _) => times.Add(Stopwatch.GetTimestamp()));
        return Between(times, WarmUp(batch));
    }

    /// <summary>The architecture with random weights.</summary>
    public static DiffusionModel Model()
    {
        using var random = new Generator(1);
        var network = new UNet2D(s_config, random);
        network.eval();
        network.IsFrozen = true;
        return new DiffusionModel(network, new SchedulerConfig(), new ModelSummary("ddpm-cifar10-32", "", 32, 3, null, 1000, ""));
    }

    private static double[] Train(int batch, string precision, int repeats)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            using var trainer = new Trainer(new Noise(), s_config,
                new TrainingOptions { Steps = repeats + WarmUp(batch), BatchSize = batch, Precision = precision, Ema = 0, WarmupSteps = 0 },
                folder);
            var times = new List<long>();
            trainer.Run(_ => times.Add(Stopwatch.GetTimestamp()), CancellationToken.None);
            return Between(times, WarmUp(batch));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // From the end of one step to the end of the next.
    private static double[] Between(List<long> times, int warmUp)
        => [.. times.Skip(warmUp - 1).Zip(times.Skip(warmUp), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalSeconds)];

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed class Noise : IPictureDataset
    {
        private readonly byte[] _pixels = new byte[64 * 3 * 32 * 32];

        public Noise() => new Random(0).NextBytes(_pixels);

        public string Name => "noise";

        public int Count => 64;

        public int Channels => 3;

        public int Height => 32;

        public int Width => 32;

        public int? Classes => null;

        public int Label(int index) => 0;

        public void Read(int index, Span<byte> into) => _pixels.AsSpan(index * into.Length, into.Length).CopyTo(into);
    }
}
