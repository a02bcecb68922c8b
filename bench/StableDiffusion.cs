using System.Diagnostics;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Schedules;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Bench;

/// <summary>
/// A model of Stable Diffusion 1.5's shape with random weights: how long its folder takes to load, in float32 and in float16, one step of
/// 512×512 at batch 1, what a frame costs beside it, and the process's peak of memory. It takes 4.3 GB in the folder for temporary files,
/// and as much memory again.
/// </summary>
internal static class StableDiffusion
{
    private const int WarmUp = 2, Repeats = 3;

    /// <summary>Loading alone.</summary>
    public static void MeasureLoading(int rounds)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float16 })
        {
            var folder = Directory.CreateTempSubdirectory("bench-sd-").FullName;
            try
            {
                Write(folder, type);
                Load(folder, rounds);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public static async Task MeasureAsync(Peer? peer, int rounds, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("bench-sd-").FullName;
        try
        {
            Write(folder, ScalarType.Float32);
            Console.WriteLine($"\nStable Diffusion 1.5's shape, {Environment.ProcessorCount} threads, medians of {rounds} rounds; peer: "
                + $"{peer?.Name ?? "none"}.\n");
            await StepAsync(folder, peer, rounds, ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Both from the system's cache of files, in turns: what is compared is the work, not the disk.
    private static void Load(string folder, int rounds)
    {
        string[] files = Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories);
        var (reads, loads) = (new List<double>(), new List<double>());
        _ = ReadAll(files);
        for (var round = 0; round < rounds; round++)
        {
            reads.Add(ReadAll(files));
            // Into memory that the system has to find first, as at a server's first request.
            TensorMemory.Trim();
            var clock = Stopwatch.StartNew();
            using var model = StableDiffusionFolder.Load(folder);
            loads.Add(clock.Elapsed.TotalSeconds);
        }
        var (read, load) = (Steps.Median(reads), Steps.Median(loads));
        Console.WriteLine(
            $"Loading {files.Sum(f => new FileInfo(f).Length) / 1e9:0.00} GB of safetensors: {load:0.00} s; reading the files into "
            + $"memory: {read:0.00} s; ratio {load / read:0.00}.\n");
    }

    // Into new memory of the files' own size.
    private static double ReadAll(string[] files)
    {
        TensorMemory.Trim();
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        foreach (var file in files)
        {
            using var handle = File.OpenHandle(file);
            var length = RandomAccess.GetLength(handle);
            var memory = empty([length], ScalarType.Byte);
            for (var at = 0L; at < length;)
            {
                using var part = memory.narrow(0, at, Math.Min(1 << 24, length - at));
                var count = RandomAccess.Read(handle, part.bytes, at);
                if (count == 0) break;
                at += count;
            }
        }
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task StepAsync(string folder, Peer? peer, int rounds, CancellationToken ct)
    {
        using var model = StableDiffusionFolder.Load(folder);
        Console.WriteLine(
            "| step of 512×512, batch 1 | ours, s | peer, s | ratio | our peak, MiB | peer's peak, MiB |\n|---|---|---|---|---|---|");
        foreach (var precision in new[] { Precision.Float32, Precision.Bfloat16 })
        {
            var (ours, theirs, peak) = (new List<double>(), new List<double>(), 0L);
            for (var round = 0; round < rounds; round++)
            {
                ours.AddRange(Steps512(model, precision));
                if (peer is null) continue;
                var answer = await peer.AskAsync(new JsonObject
                { ["case"] = "sd", ["batch"] = 1, ["precision"] = precision, ["repeats"] = Repeats, ["warmup"] = 1 }, ct);
                theirs.AddRange(answer["seconds"]!.AsArray().Select(s => s!.GetValue<double>()));
                peak = answer["peak_bytes"]!.GetValue<long>();
            }
            var our = Steps.Median(ours);
            double? their = peer is null ? null : Steps.Median(theirs);
            Console.WriteLine($"| {precision} | {our:0.000} | {their:0.000} | {their / our:0.00} "
                + $"| {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} | {peak >> 20} |");
        }
    }

    /// <summary>What frames cost beside steps, for this shape and for that of <c>models/configs/text-small</c>.</summary>
    public static void MeasureFrames()
    {
        var folder = Directory.CreateTempSubdirectory("bench-frames-").FullName;
        try
        {
            Console.WriteLine("\n| frame of x_t and x̂₀ | images | step, ms | frame, ms | share |\n|---|---|---|---|---|");
            WriteSmall(Path.Combine(folder, "small"));
            foreach (var count in new[] { 1, 4, 16 }) Frames("64×64, text-small", Path.Combine(folder, "small"), count, 20);
            Write(Path.Combine(folder, "sd"), ScalarType.Float32);
            Frames("512×512, Stable Diffusion 1.5", Path.Combine(folder, "sd"), 1, 5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The time of a frame is that of making it, encoded as the server does; the rest of the time between two is the step's.
    private static void Frames(string title, string folder, int count, int steps)
    {
        using var model = StableDiffusionFolder.Load(folder);
        var (frames, between, last) = (new List<double>(), new List<double>(), 0L);
        SamplingRun.Execute(model, new SamplingRequest { Prompts = ["a red apple"], Steps = steps, Count = count, Guidance = 3 },
            (_, make) =>
            {
                var began = Stopwatch.GetTimestamp();
                if (last > 0) between.Add(Stopwatch.GetElapsedTime(last, began).TotalMilliseconds);
                make();
                last = Stopwatch.GetTimestamp();
                frames.Add(Stopwatch.GetElapsedTime(began, last).TotalMilliseconds);
            });
        // The first fits the map of the latents' colors.
        var (frame, step) = (Steps.Median(frames.Skip(1).ToList()), Steps.Median(between));
        Console.WriteLine($"| {title} | {count} | {step:0.0} | {frame:0.00} | {frame / step * 100:0.00} % |");
    }

    private static double[] Steps512(StableDiffusionModel model, string precision)
    {
        var times = new List<long>();
        SamplingRun.Execute(model, new SamplingRequest
        { Prompts = ["a red apple"], Steps = WarmUp + Repeats, Count = 1, Guidance = 1, Precision = precision },
            (_, _) => times.Add(Stopwatch.GetTimestamp()));
        return [.. times.Skip(WarmUp - 1).Zip(times.Skip(WarmUp), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalSeconds)];
    }

    // The shapes that a training of one's own has, with random weights.
    private static void WriteSmall(string folder)
    {
        using var random = new Generator(1);
        var configs = Path.Combine(Repository, "models", "configs");
        var autoencoder = Json.Read<AutoencoderKLConfig>(Path.Combine(configs, "vae-small.json"));
        var text = Json.Read<ClipTextConfig>(Path.Combine(configs, "text-small.text.json")) with { VocabSize = 49_408 };
        var unet = Json.Read<UNet2DConditionConfig>(Path.Combine(configs, "text-small.unet.json")) with
        {
            InChannels = autoencoder.LatentChannels,
            OutChannels = autoencoder.LatentChannels,
            SampleSize = 64 / autoencoder.Factor,
            CrossAttentionDim = text.HiddenSize,
        };
        Write(folder, text, autoencoder, unet, random, ScalarType.Float32);
    }

    private static string Repository => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    private static void Write(string folder, ScalarType type)
    {
        using var random = new Generator(1);
        var text = new ClipTextConfig { HiddenSize = 768, IntermediateSize = 3072, NumAttentionHeads = 12, ProjectionDim = 768 };
        var autoencoder = new AutoencoderKLConfig
        {
            BlockOutChannels = [128, 256, 512, 512],
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
            LayersPerBlock = 2,
            SampleSize = 512,
        };
        var unet = new UNet2DConditionConfig { SampleSize = 64, CrossAttentionDim = text.HiddenSize };
        Write(folder, text, autoencoder, unet, random, type);
    }

    // One part at a time in memory.
    private static void Write(string folder, ClipTextConfig text, AutoencoderKLConfig autoencoder, UNet2DConditionConfig unet,
        Generator random, ScalarType type)
    {
        using (var network = new ClipTextModel(text, random)) Part("text_encoder", "model", text, network);
        using (var network = new AutoencoderKL(autoencoder, random)) Part("vae", "diffusion_pytorch_model", autoencoder, network);
        using (var network = new UNet2DConditionModel(unet, random)) Part("unet", "diffusion_pytorch_model", unet, network);
        ClipTokenizer.OpenAi().Save(Path.Combine(folder, "tokenizer"), text.MaxPositionEmbeddings);
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        Json.Write(Path.Combine(folder, "scheduler", "scheduler_config.json"), new SchedulerConfig
        {
            ClassName = "DDIMScheduler",
            BetaStart = 0.00085f,
            BetaEnd = 0.012f,
            BetaSchedule = "scaled_linear",
            SetAlphaToOne = false,
            StepsOffset = 1,
            ClipSample = false,
        });

        void Part<T>(string name, string stem, T config, nn.Module network)
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            Json.Write(Path.Combine(folder, name, "config.json"), config);
            using var scope = NewDisposeScope();
            SafetensorsFile.Write(Path.Combine(folder, name, stem + ".safetensors"),
                network.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().to(type)));
        }
    }
}
