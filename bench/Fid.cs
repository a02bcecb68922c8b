using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Bench;

/// <summary>
/// From two folders of pictures to FID, beside pytorch-fid on the same weights and pictures, in turns; and whether the two agree.
/// </summary>
internal static class Fid
{
    private const int Dimensions = 2048, Classes = 1008;

    private sealed record Turn(double Features, double Distance, double Value)
    {
        public double Total => Features + Distance;
    }

    public static async Task MeasureAsync(Peer peer, string pictures, int count, int rounds, CancellationToken ct)
    {
        var work = Directory.CreateTempSubdirectory("bench-fid-").FullName;
        try
        {
            string[] sides = [Path.Combine(work, "a"), Path.Combine(work, "b")];
            Spread(pictures, count, sides);
            await peer.AskAsync(new JsonObject { ["weights"] = work }, ct);
            var onnx = Convert(work);
            var (ours, theirs) = (new List<Turn>(), new List<Turn>());
            var difference = 0.0;
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(await OursAsync(onnx, sides, work, ct));
                theirs.Add(await TheirsAsync(peer, sides, work, ct));
                difference = Math.Max(difference, Difference(work, "", Dimensions));
                difference = Math.Max(difference, Difference(work, "logits-", Classes));
            }
            Tell(peer, count, rounds, ours, theirs, difference);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Tell(Peer peer, int count, int rounds, List<Turn> ours, List<Turn> theirs, double difference)
    {
        Console.WriteLine($"""

            From two folders of {count
            / 2} pictures to FID, {Environment.ProcessorCount} threads, medians of {rounds} alternating rounds; peer: {peer.Name}.

            | part | ours, s | peer, s | ratio |
            |---|---|---|---|
            """);
        Row("decoding, resizing, features", t => t.Features);
        Row("statistics and distance", t => t.Distance);
        Row("together", t => t.Total);
        Console.WriteLine($"""

            {count / Steps.Median(ours.Select(t => t.Features)):0.0} pictures a second, peer {count / Steps.Median(
            theirs.Select(t => t.Features)):0.0}; ours holds at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB.
            Largest difference of a feature or logit, over the largest of all: {difference:0.0e+0}.
            FID {ours[^1].Value:R}, peer {theirs[^1].Value:R}: {Math.Abs(ours[^1].Value / theirs[^1].Value - 1):0.0e+0} apart.
            """);

        void Row(string part, Func<Turn, double> seconds)
        {
            var (our, their) = (Steps.Median(ours.Select(seconds)), Steps.Median(theirs.Select(seconds)));
            Console.WriteLine($"| {part} | {our:0.00} | {their:0.00} | {their / our:0.00} |");
        }
    }

    /// <summary>
    /// Copies pictures, evenly spread over those that there are, to each side in turn, under names that sort as they stand.
    /// </summary>
    internal static void Spread(string pictures, int count, string[] sides)
    {
        foreach (var side in sides) Directory.CreateDirectory(side);
        string[] files = [.. Directory.EnumerateFiles(pictures, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".jpg" or ".png").Order(StringComparer.Ordinal)];
        if (files.Length < count)
            throw new InvalidOperationException($"'{pictures}' holds {files.Length} pictures, and {count} are asked for.");
        for (var i = 0; i < count; i++)
        {
            var file = files[(long)i * files.Length / count];
            File.Copy(file, Path.Combine(sides[i % sides.Length], $"{i:D6}{Path.GetExtension(file)}"));
        }
    }

    // Both forms of the weights, which must give one file.
    private static string Convert(string work)
    {
        string[] files = [.. new[] { "zip", "legacy" }.Select(form => Path.Combine(work, $"{form}.onnx"))];
        FidInception.Convert(Path.Combine(work, "zip.pth"), files[0]);
        FidInception.Convert(Path.Combine(work, "legacy.pth"), files[1]);
        return File.ReadAllBytes(files[0]).AsSpan().SequenceEqual(File.ReadAllBytes(files[1]))
            ? files[0]
            : throw new InvalidOperationException("The two forms of the same weights gave different networks.");
    }

    private static async Task<Turn> OursAsync(string onnx, string[] sides, string work, CancellationToken ct)
    {
        // Opened within the time, as the peer's is not; it costs a second.
        var clock = Stopwatch.StartNew();
        var features = new List<FeatureMatrix>();
        using (var extractor = FeatureExtractors.Open(onnx))
        {
            for (var side = 0; side < 2; side++)
            {
                using var source = PictureSets.Open(sides[side]);
                var (values, logits) = (new List<float>(), new List<float>());
                await foreach (var part in new FeatureStream(extractor, source).ReadAsync(ct: ct))
                {
                    values.AddRange(part.Batch.Features);
                    logits.AddRange(part.Batch.Logits!);
                }
                features.Add(new FeatureMatrix(values.Count / Dimensions, Dimensions, [.. values]));
                await File.WriteAllBytesAsync(Path.Combine(work, $"{side}.bin"),
                    MemoryMarshal.AsBytes<float>(features[side].Values).ToArray(), ct);
                await File.WriteAllBytesAsync(Path.Combine(work, $"logits-{side}.bin"),
                    MemoryMarshal.AsBytes<float>(logits.ToArray()).ToArray(), ct);
            }
        }
        var taken = clock.Elapsed.TotalSeconds;
        var distance = features[0].Count <= Dimensions ? FrechetDistance.BetweenSamples(features[0], features[1])
            : FrechetDistance.Between(Statistics(features[0]), Statistics(features[1]));
        return new Turn(taken, clock.Elapsed.TotalSeconds - taken, distance.Value);
    }

    private static FeatureStatistics Statistics(FeatureMatrix features)
    {
        var moments = new FeatureMoments(Dimensions);
        moments.Add(features.Values);
        return moments.ToStatistics();
    }

    private static async Task<Turn> TheirsAsync(Peer peer, string[] sides, string work, CancellationToken ct)
    {
        var features = await peer.AskAsync(new JsonObject { ["features"] = new JsonArray(sides[0], sides[1]), ["out"] = work }, ct);
        var distance = await peer.AskAsync(new JsonObject { ["distance"] = work }, ct);
        return new Turn(Sum(features), Sum(distance), distance["distance"]!.GetValue<double>());

        static double Sum(JsonNode answer) => answer["seconds"]!.AsArray().Sum(s => s!.GetValue<double>());
    }

    // The peer's are float64 behind a header; the last [N, width] of the file are the values.
    private static double Difference(string work, string what, int width)
    {
        var (largest, furthest) = (0.0, 0.0);
        for (var side = 0; side < 2; side++)
        {
            var ours = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(work, $"{what}{side}.bin")));
            var theirs = MemoryMarshal.Cast<byte, double>(
                File.ReadAllBytes(Path.Combine(work, $"{what}{side}.npy")).AsSpan()[^(ours.Length * sizeof(double))..]);
            if (ours.Length == 0 || ours.Length % width != 0) throw new InvalidOperationException("No features came.");
            for (var i = 0; i < ours.Length; i++)
                (largest, furthest) = (Math.Max(largest, Math.Abs(theirs[i])), Math.Max(furthest, Math.Abs(theirs[i] - ours[i])));
        }
        return furthest / largest;
    }
}
