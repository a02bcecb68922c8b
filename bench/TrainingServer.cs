using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Bench;

/// <summary>The same training through the server, watched as a page watches it, and on the command line, in turns.</summary>
internal static class TrainingServer
{
    private const int First = 20, Last = 270, Batch = 16, Side = 32, Pictures = 2000;

    // Whoever looks takes time from one of the cores.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    public static async Task MeasureAsync(int rounds, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("bench-data-").FullName;
        try
        {
            WriteNoise(Path.Combine(folder, "noise"));
            await using var server = await BenchServer.StartAsync(ct, ("Playground__TrainingData", folder));
            var (ours, commandLine) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                commandLine.Add(await OnCommandLineAsync(Path.Combine(folder, "noise"), Path.Combine(folder, $"out-{round}"), ct));
                ours.Add(await ThroughServerAsync(server, ct));
            }
            var (s, c) = (Steps.Median(ours), Steps.Median(commandLine));
            Console.WriteLine($"""

                Training the preset 'tiny' on grey pictures of {Side}×{Side}, batch {Batch}, steps {First} to {Last},
                medians of {rounds} alternating rounds.

                | | pictures a second |
                |---|---|
                | command line | {Rate(c):0.0} |
                | through the server | {Rate(s):0.0} |

                The server's trainer has {c / s:P1} of the command line's speed.
                """);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static double Rate(double seconds) => (Last - First) * Batch / seconds;
    }

    private static async Task<double> ThroughServerAsync(BenchServer server, CancellationToken ct)
    {
        var id = await server.PostAsync("/api/v1/trainings", $$$"""
            {"dataset":"folder:noise","preset":"tiny","classes":false,"sampleEvery":100000,
             "options":{"steps":{{{Last
             + 10}}},"batchSize":{{{Batch}}},"learningRate":1e-4,"warmupSteps":0,"checkpointEvery":100000,"seed":1,"precision":"f32"}}
            """, ct);
        await server.WaitAsync(id, j => Step(j) >= First, ct, s_pause);
        var (began, from) = (Stopwatch.GetTimestamp(), await StepAsync());
        await server.WaitAsync(id, j => Step(j) >= Last, ct, s_pause);
        var (seconds, to) = (Stopwatch.GetElapsedTime(began).TotalSeconds, await StepAsync());
        await server.WaitAsync(id, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        return seconds / (to - from) * (Last - First);

        static int Step(JsonNode job) => job["step"]!.GetValue<int>();

        async Task<int> StepAsync()
        {
            var step = 0;
            await server.WaitAsync(id, j => (step = Step(j)) >= 0, ct);
            return step;
        }
    }

    private static async Task<double> OnCommandLineAsync(string data, string output, CancellationToken ct)
    {
        var curve = output + ".csv";
        string[] arguments =
        [
            Path.Combine(Batching.Root, "Playground.Cli/bin/Release/net10.0/Playground.Cli.dll"), "train", "--data", data, "--model-config",
            WriteConfig(output + ".json"),
            "--out", output, "--steps", $"{Last + 10}", "--batch", $"{Batch}", "--lr", "1e-4", "--warmup", "0", "--checkpoint-every",
            "100000", "--seed", "1", "--precision", "f32", "--curve", curve, "--json",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (told, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await ReachAsync(First);
        var (began, from) = (Stopwatch.GetTimestamp(), Lines());
        await ReachAsync(Last);
        var (seconds, to) = (Stopwatch.GetElapsedTime(began).TotalSeconds, Lines());
        await process.WaitForExitAsync(ct);
        await told;
        return seconds / (to - from) * (Last - First);

        async Task ReachAsync(int step)
        {
            while (Lines() < step)
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"The command line ended with {process.ExitCode}: {await error}");
                await Task.Delay(s_pause, ct);
            }
        }

        // Without the head.
        int Lines()
        {
            if (!File.Exists(curve)) return 0;
            using var file = new StreamReader(new FileStream(curve, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return file.ReadToEnd().Count(c => c == '\n') - 1;
        }
    }

    // The server fits a preset to the pictures' channels.
    private static string WriteConfig(string path)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Batching.Root, "models/configs/tiny.json")))!;
        (config["in_channels"], config["out_channels"]) = (1, 1);
        File.WriteAllText(path, config.ToJsonString());
        return path;
    }

    private static void WriteNoise(string prefix)
    {
        var pixels = new byte[16 + Pictures * Side * Side];
        new Random(1).NextBytes(pixels);
        foreach (var (at, value) in new[] { (0, 0x803), (4, Pictures), (8, Side),
            (12, Side) }) BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(at), value);
        File.WriteAllBytes($"{prefix}-images-idx3-ubyte", pixels);
    }
}
