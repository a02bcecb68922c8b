using Playground.Core.Imaging;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;

namespace Playground.Evaluation.Tests.Reports;

/// <summary>A report with something of everything, and names that would do harm.</summary>
internal static class Sample
{
    public const string Hostile = "<img src=x onerror=alert(1)>\"'&.png";

    public static EvaluationReport Report() => new()
    {
        Title = $"mnist {Hostile}",
        Created = new DateTimeOffset(2026, 11, 21, 12, 30, 0, TimeSpan.Zero),
        Real = new ReportedSide("MNIST, training set", 60_000) { DataHash = new string('d', 64), Kept = 50_000 },
        Generated = new ReportedSide("samples/mnist", 1000)
        {
            LeftOutCount = 2,
            LeftOut = [new LeftOutFile(Hostile, "The picture is damaged or cut off."),
            new LeftOutFile("notes.txt", "The file is not a picture.")]
        },
        Extractor = new ReportedExtractor("mnist-features", "unit", new string('a', 64), 64,
            Say("Distances of this extractor cannot be compared with FIDs of Inception.")),
        Seed = 7,
        Scores =
        [
            new MetricScore("fid", "FID", 4.5678) { LowerIsBetter = true, Interval = new Interval(4.1, 5.0, Say("bootstrap")),
                Method = Say("Fréchet distance"), Warnings = [Say("FID is biased upwards with 1,000 generated pictures.")] },
            new MetricScore("kid", "KID", 0.00234)
                { LowerIsBetter = true, Deviation = 0.0004, Interval = new Interval(0.002, 0.0027, Say("blocks")),
                Method = Say("100 subsets") },
            new MetricScore("density", "Density", 0.91)
                { Interval = new Interval(0.85, double.PositiveInfinity, Say("bootstrap")), Method = Say("5 neighbours") },
            new MetricScore("inception-score", "Inception score", null)
                { Warnings = [Say("Inception score: not computed, since the extractor gives no logits of classes.")] },
        ],
        Classes = [.. Enumerable.Range(0, 10).Select(
            k => new ClassScore(k == 1 ? Hostile : $"{k}", 6000, 100, 5 + k, new Interval(4 + k, 6 + k, Say("bootstrap")), 0.9, 0.8,
                k == 3))],
        Neighbours = new ReportedNeighbours(0.045, 1.25, 1000, 50_000,
            [.. Enumerable.Range(0, 8).Select(i => new ReportedPair(i * 7, i * 31, 0.4 + i / 5.0, i < 5)
                { Generated = Picture(i, "generated"), Real = Picture(i + 1, "real") })]),
        Samples = Picture(3, "Some generated pictures"),
        Charts =
        [
            new ReportedChart("fid-steps", "FID against steps", "Steps", "", "FID",
                [Series("ddim", 40, 1), Series("dpmpp-2m", 25, 0.8), Series("euler-a", 60, 1.2), Series(Hostile, 45, 1.02)]),
            new ReportedChart("fid-seconds", "FID against time", "Time for 1,000 pictures", "s", "FID",
                [Series("ddim", 40, 3.2), Series("dpmpp-2m", 25, 3.5)]) { LogX = true },
        ],
    };

    private static Remark Say(string text) => new("", text, []);

    private static ReportedSeries Series(string name, double top, double factor)
        => new(name, [.. new[] { 5, 10, 20, 50,
            100 }.Select(n => new ReportedPoint(n * factor, top / Math.Sqrt(n) + 2, top / Math.Sqrt(n) + 1.2, top / Math.Sqrt(n) + 2.8))]);

    private static ReportedPicture Picture(int seed, string name)
    {
        var pixels = new byte[28 * 28];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(128 + 127 * Math.Sin(i % 28 / (2.0 + seed)) * Math.Cos(i / 28 / 3.0));
        return new ReportedPicture(PngFile.Encode(new PictureBatch(1, 28, 28, 1, pixels)), 28, 28, $"{name} {seed}");
    }
}
