using Microsoft.ML.OnnxRuntime;
using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Onnx;
using Playground.Evaluation.Features.ResNet;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;
using Playground.Evaluation.Tests.Metrics;

namespace Playground.Evaluation.Tests.Features;

public sealed class ResNet18Tests
{
    private static readonly string[] s_classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    [Fact]
    public void Features_of_a_batch_equal_those_of_the_packages_own_graphs_one_by_one()
    {
        using var extractor = FeatureExtractors.Open("resnet18-imagenet");
        Assert.Equal(("resnet18-imagenet", "bicubic-224"), (extractor.Name, extractor.Preprocessing));
        Assert.Equal((512, null), (extractor.Dimensions, extractor.Classes));
        Assert.Equal("1519ca20", extractor.WeightsHash[..8]);

        PictureBatch[] images = [FormulaPicture.Of(224, 224), FormulaPicture.Of(32, 32), FormulaPicture.Of(31, 300)];
        var inputs = images.SelectMany(i => Prepared(extractor, i)).ToArray();
        var expected = images.SelectMany(i => Original(Prepared(extractor, i))).ToArray();
        Close(expected, extractor.Extract(inputs, 3).Features);
        Assert.All(images.Index(), i => Close(expected.AsSpan(i.Index * 512, 512).ToArray(), extractor.Extract(i.Item).Features));

        // The graph for other devices.
        using var plain = OnnxFeatureExtractor.Open("plain", _ => ResNet18.Load(winograd: false), Preprocessing.ResNet18, null);
        Assert.Equal(extractor.WeightsHash, plain.WeightsHash);
        Close(expected, plain.Extract(inputs, 3).Features);
    }

    [Fact]
    public void Grey_is_taken_as_three_equal_channels_and_another_preprocessing_is_refused()
    {
        using var extractor = FeatureExtractors.Open("resnet18-imagenet", "bicubic-224");
        byte[] grey = [10, 200, 90, 45];
        byte[] color = [.. grey.SelectMany(g => new[] { g, g, g })];
        var expected = extractor.Extract(new PictureBatch(1, 2, 2, 3, color)).Features;
        Assert.Equal(expected, extractor.Extract(new PictureBatch(1, 2, 2, 1, grey)).Features);
        var refusal = Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("resnet18-imagenet", "clean"));
        Assert.Contains("has its own preprocessing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_missing_or_damaged_are_told_in_a_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("resnet-").FullName;
        try
        {
            Assert.Contains("is missing: build again, or name another extractor", Refused(), StringComparison.Ordinal);
            var network = File.ReadAllBytes(Path.Combine(ResNet18.Folder, ResNet18.NetworkFile));
            File.Copy(Path.Combine(ResNet18.Folder, ResNet18.PreprocessingFile), Path.Combine(folder, ResNet18.PreprocessingFile));
            var other = File.ReadAllBytes(Path.Combine(folder, ResNet18.PreprocessingFile));
            foreach (var damaged in new[] { [], network[..1000], network[..(network.Length / 2)], "not a network"u8.ToArray(), other })
            {
                File.WriteAllBytes(Path.Combine(folder, ResNet18.NetworkFile), damaged);
                Assert.Contains($"The files of ResNet-18 in '{folder}' are damaged", Refused(), StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Refused() => Assert.Throws<PlaygroundException>(() => ResNet18.Load(winograd: true, folder)).Message;
    }

    [Fact]
    public void Half_of_a_hundred_images_of_CIFAR_find_their_class_and_cats_are_nearer_to_cats_than_to_ships()
    {
        var archive = Path.Combine(Repository.Root, "..", "shared", "data", "cifar10-jpg.tar.xz");
        Assert.SkipUnless(File.Exists(archive), "shared/data/cifar10-jpg.tar.xz is not there: ResNet-18 was not tried on CIFAR-10.");
        var folder = Directory.CreateTempSubdirectory("cifar-").FullName;
        try
        {
            Extract(archive, folder);
            using var extractor = FeatureExtractors.Open("resnet18-imagenet");
            var counts = new Dictionary<string, int> { ["cat"] = 300, ["ship"] = 150 };
            var features = s_classes.ToDictionary(c => c,
                c => Features(extractor, Path.Combine(folder, "test", c), counts.GetValueOrDefault(c, 30)));
            var centroids = s_classes.Select(c => Centroid(features[c].Take([.. Enumerable.Range(0, 20)]))).ToArray();
            var found = s_classes.Index().Sum(
                c => Enumerable.Range(20, 10).Count(i => Nearest(centroids, features[c.Item].Row(i)) == c.Index));
            var output = TestContext.Current.TestOutputHelper!;
            output.WriteLine($"{found} of 100 find their class.");
            Assert.InRange(found, 50, 100);

            FeatureMatrix Some(string c, int from) => features[c].Take([.. Enumerable.Range(from, 150)]);
            var (cats, ships) = (Score(Some("cat", 0), Some("cat", 150)), Score(Some("cat", 0), Some("ship", 0)));
            foreach (var (to, score) in new[] { ("cats", cats), ("ships", ships) })
                output.WriteLine($"cats to {to}: {score.Value:0.0} ({score.Interval!.Low:0.0} to {score.Interval.High:0.0})");
            Assert.Equal(("frechet-distance", "Fréchet distance, ResNet-18 features"), (cats.Id, cats.Name));
            Assert.True(ships.Interval!.Low > 2 * cats.Interval!.High, $"{cats} {ships}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MetricScore Score(FeatureMatrix real, FeatureMatrix generated)
    {
        var options = new MetricOptions { Metrics = MetricNames.Parse("fid"), Resamples = 20 };
        return MetricSuite.Compute(Side(real), Side(generated), options, TestContext.Current.CancellationToken).Single();

        static EvaluatedSide Side(FeatureMatrix features)
        {
            var sample = new FeatureSample(features, null, [.. Enumerable.Range(0, features.Count)], []);
            return new EvaluatedSide("side", Recorded.Statistics(features), sample,
                new FeatureOrigin("resnet18-imagenet", "bicubic-224", ""));
        }
    }

    private static FeatureMatrix Features(OnnxFeatureExtractor extractor, string folder, int count)
    {
        using var source = PictureSets.Open(folder);
        PictureBatch[] images = [.. Enumerable.Range(0, count).Select(source.Read)];
        var batch = new PictureBatch(count, images[0].Height, images[0].Width, images[0].Channels, [.. images.SelectMany(i => i.Pixels)]);
        return new FeatureMatrix(count, extractor.Dimensions, extractor.Extract(batch).Features);
    }

    private static double[] Centroid(FeatureMatrix features)
        => [.. Enumerable.Range(0, features.Dimensions).Select(d => Enumerable.Range(0, features.Count).Average(i => features.Row(i)[d]))];

    private static int Nearest(double[][] centroids, ReadOnlySpan<float> features)
    {
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (var c = 0; c < centroids.Length; c++)
        {
            var distance = 0.0;
            for (var d = 0; d < features.Length; d++) distance += (features[d] - centroids[c][d]) * (features[d] - centroids[c][d]);
            if (distance < least) (nearest, least) = (c, distance);
        }
        return nearest;
    }

    private static void Extract(string archive, string folder)
    {
        using var tar = System.Diagnostics.Process.Start("tar", ["-xJf", archive, "-C", folder, "test"])!;
        tar.WaitForExit();
        Assert.Equal(0, tar.ExitCode);
    }

    private static float[] Prepared(OnnxFeatureExtractor extractor, PictureBatch image)
    {
        var input = new float[extractor.InputLength];
        extractor.Prepare(image, 0, input);
        return input;
    }

    // Both of the package's files as they are.
    private static float[] Original(float[] input)
    {
        var prepared = Run(ResNet18.PreprocessingFile, "OriginalInput", "PreprocessedInput", input);
        return Run(ResNet18.NetworkFile, "Input247", "Pooling395_Output_0", prepared);

        static float[] Run(string file, string from, string to, float[] values)
        {
            var path = Path.Combine(ResNet18.Folder, file);
            var (session, _) = OnnxEngine.Open((options, _) => new InferenceSession(path, options), cuda: false);
            using (session)
            {
                using var run = new RunOptions();
                using var x = OrtValue.CreateTensorValueFromMemory(values, [1, 3, 224, 224]);
                using var y = session.Run(run, [from], [x], [to]);
                return y[0].GetTensorDataAsSpan<float>().ToArray();
            }
        }
    }

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), v => Assert.Equal(v.First, v.Second, 1e-5f * expected.Max()));
    }
}
