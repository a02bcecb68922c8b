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
/// 512×512 at batch 1, an image, what a frame costs beside a step, and the process's peak of memory. A folder takes 4.3 GB where temporary
/// files are, and as much memory again.
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

    /// <summary>One step by the U-Net alone, in each precision, and the peak of memory meanwhile; both sides hold nothing else.</summary>
    public static async Task MeasureAsync(Peer? peer, string[] precisions, int rounds, CancellationToken ct)
    {
        Console.WriteLine($"\nStable Diffusion 1.5's U-Net, {Environment.ProcessorCount} threads, medians of {rounds} rounds; peer: "
            + $"{peer?.Name ?? "none"}.\n\n| step of 512×512, batch 1 | ours, s | peer, s | ratio | our peak, MiB | peer's peak, MiB |\n"
            + "|---|---|---|---|---|---|");
        foreach (var precision in precisions) await StepAsync(peer, precision, rounds, ct);
    }

    /// <summary>From a prompt to an image in two steps, with all parts in memory, and the peak of it.</summary>
    public static async Task MeasureImageAsync(Peer? peer, string[] precisions, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("bench-sd-").FullName;
        try
        {
            Write(folder, ScalarType.Float32);
            Console.WriteLine($"\nStable Diffusion 1.5's shape, {Environment.ProcessorCount} threads; peer: {peer?.Name ?? "none"}.\n\n"
                + "| image of 512×512 in 2 steps | ours, s | peer, s | our peak at the last step, MiB | our peak, MiB | peer's peak, MiB "
                + "| peer's text encoder |\n|---|---|---|---|---|---|---|");
            foreach (var precision in precisions) await ImageAsync(folder, peer, precision, ct);
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

    private static async Task StepAsync(Peer? peer, string precision, int rounds, CancellationToken ct)
    {
        var (ours, theirs, our, their) = (new List<double>(), new List<double>(), 0L, 0L);
        using var random = new Generator(1);
        using var network = new UNet2DConditionModel(UNetConfig, random);
        network.eval();
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        network.IsFrozen = true;
        _ = new TensorMemory();
        for (var round = 0; round < rounds; round++)
        {
            ours.AddRange(Steps512(network, precision));
            our = PeakOfProcess;
            if (peer is null) continue;
            var answer = await AskAsync(peer, "sd", precision, Repeats, ct);
            theirs.AddRange(answer["seconds"]!.AsArray().Select(s => s!.GetValue<double>()));
            their = Math.Max(their, answer["peak_bytes"]!.GetValue<long>());
        }
        var median = Steps.Median(ours);
        double? peers = peer is null ? null : Steps.Median(theirs);
        Console.WriteLine($"| {precision} | {median:0.000} | {peers:0.000} | {peers / median:0.00} | {our >> 20} | {their >> 20} |");
    }

    private static async Task ImageAsync(string folder, Peer? peer, string precision, CancellationToken ct)
    {
        _ = new TensorMemory();
        var (clock, atLastStep, seconds) = (Stopwatch.StartNew(), 0L, 0.0);
        using (var model = StableDiffusionFolder.Load(folder))
        {
            Console.Error.WriteLine($"Loaded in {clock.Elapsed.TotalSeconds:0.0} s; the peak of it is {PeakOfProcess >> 20} MiB.");
            var request = new SamplingRequest { Prompts = ["a red apple"], Steps = 2, Count = 1, Guidance = 1, Precision = precision };
            // The second is measured: weights are packed and kernels compiled in the first.
            for (var round = 0; round < 2; round++)
            {
                clock.Restart();
                SamplingRun.Execute(model, request, (_, _) => atLastStep = round == 0 ? PeakOfProcess : atLastStep, ct);
                seconds = clock.Elapsed.TotalSeconds;
            }
        }
        var answer = peer is null ? null : await AskAsync(peer, "sd-image", precision, 1, ct);
        Console.WriteLine($"| {precision} | {seconds:0.0} | {answer?["seconds"]![0]!.GetValue<double>():0.0} | {atLastStep >> 20} "
            + $"| {PeakOfProcess >> 20} | {answer?["peak_bytes"]!.GetValue<long>() >> 20} "
            + $"| {(answer?["text_encoder"]!.GetValue<bool>() is true ? "yes" : "no")} |");
    }

    private static Task<JsonNode> AskAsync(Peer peer, string name, string precision, int repeats, CancellationToken ct)
        => peer.AskAsync(new JsonObject
        { ["case"] = name, ["batch"] = 1, ["precision"] = precision, ["repeats"] = repeats, ["warmup"] = 1 }, ct);

    // The most that was resident since it was last forgotten.
    private static long PeakOfProcess
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
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

    // As the peer's: the network and the arithmetic of a DDIM step.
    private static double[] Steps512(UNet2DConditionModel network, string precision)
    {
        using var guard = inference_mode();
        using var entered = Precision.Enter(precision);
        using var scope = NewDisposeScope();
        using var random = new Generator(2);
        var (x, context) = (randn([1, 4, 64, 64], generator: random), randn([1, 77, UNetConfig.CrossAttentionDim], generator: random));
        var t = tensor([850f]);
        var times = new List<double>();
        for (var i = 0; i < WarmUp + Repeats; i++)
        {
            using var step = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            var noise = network.call(x, t, context);
            var clean = (x - noise * 0.9) / 0.4;
            _ = (clean * 0.5 + noise * 0.8).abs().mean().item<float>();
            times.Add(clock.Elapsed.TotalSeconds);
        }
        return [.. times.Skip(WarmUp)];
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

    private static UNet2DConditionConfig UNetConfig => new() { SampleSize = 64, CrossAttentionDim = 768 };

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
        Write(folder, text, autoencoder, UNetConfig, random, type);
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
            SafetensorsFile.Write(Path.Combine(folder, name, stem + ".safetensors"),
                network.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter), type: type);
        }
    }
}
