using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;
using Playground.Evaluation.Features.Torch;

namespace Playground.Bench;

/// <summary>
/// From a folder of images to features, by ResNet-18 and by Inception, in turns; Inception's weights are random, which costs nothing.
/// </summary>
internal static class Features
{
    public static async Task MeasureAsync(string pictures, int count, int rounds, CancellationToken ct)
    {
        var work = Directory.CreateTempSubdirectory("bench-features-").FullName;
        try
        {
            Fid.Spread(pictures, count, [work]);
            using var source = PictureSets.Open(work);
            var clock = Stopwatch.StartNew();
            using var resnet = FeatureExtractors.Open(BundledExtractor.ResNet18.Id);
            var opened = clock.Elapsed.TotalSeconds;
            var weights = FidInception.Tensors().ToDictionary(t => t.Key, t => Random(t.Key, t.Value));
            using var inception = OnnxFeatureExtractor.Open("inception", FidInception.Build(weights).ToArray(), Preprocessing.PytorchFid);
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                // The first round warms the code and the arenas.
                var (fast, slow) = (await SecondsAsync(resnet, source, ct), await SecondsAsync(inception, source, ct));
                if (round == 0) continue;
                ours.Add(fast);
                theirs.Add(slow);
            }
            var (a, b) = (count / Steps.Median(ours), count / Steps.Median(theirs));
            Console.WriteLine($"""

                From {count} images to features, {Environment.ProcessorCount} threads, medians of {rounds} alternating rounds.

                | extractor | images a second |
                |---|---|
                | ResNet-18 (opened in {opened:0.0} s) | {a:0.0} |
                | Inception | {b:0.0} |
                | ratio | {a / b:0.00} |

                At most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB.
                """);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<double> SecondsAsync(OnnxFeatureExtractor extractor, IPictureSet source, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await foreach (var _ in new FeatureStream(extractor, source).ReadAsync(ct: ct)) { }
        return clock.Elapsed.TotalSeconds;
    }

    // Scales of 1, everything else even about 0 and as large as keeps the values finite to the last layer.
    private static TorchTensor Random(string name, long[] shape)
    {
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        var fanIn = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var values = new float[shape[0] * fanIn];
        var isScale = name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("bn.weight", StringComparison.Ordinal);
        var (centre, spread) = isScale ? (1, 0) : (0, Math.Sqrt(6.0 / fanIn));
        for (var i = 0; i < values.Length; i++) values[i] = (float)(centre + spread * (2 * random.NextDouble() - 1));
        return new TorchTensor(shape, values);
    }
}
