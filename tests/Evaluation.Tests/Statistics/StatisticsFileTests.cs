using System.IO.Compression;
using System.Text;
using Playground.Core;
using Playground.Core.Data;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;
using Playground.Evaluation.Tests.Metrics;

namespace Playground.Evaluation.Tests.Statistics;

public sealed class StatisticsFileTests : IDisposable
{
    private static readonly FeatureOrigin s_origin = new("mnist-features", "unit", new string('a', 64), new string('b', 64));
    private readonly string _folder = Directory.CreateTempSubdirectory("statistics-").FullName;

    [Fact]
    public void What_numpy_saved_in_either_form_gives_pytorch_fids_distance()
    {
        var (a, b) = (StatisticsFile.Read(Recorded.At("stats-12.npz")), StatisticsFile.Read(Recorded.At("stats-12-compressed.npz")));
        Assert.Equal(Recorded.Metric("fid12"), FrechetDistance.Between(a.Statistics, b.Statistics).Value, 8);
        Assert.Equal((null, null), (a.Statistics.Count, a.Origin));
    }

    [Fact]
    public void A_file_keeps_its_count_its_origin_and_its_features()
    {
        var (x, _) = Recorded.Features(12);
        var sample = new FeatureSample(x, x, [.. Enumerable.Range(0, 300).Select(i => 2 * i)],
            [.. Enumerable.Range(0, 300).Select(i => $"class {i % 3}")]);
        new StatisticsFile(Recorded.Statistics(x), s_origin, sample).Write(At("a.npz"));
        var read = StatisticsFile.Read(At("a.npz"));
        Assert.Equal((300L, s_origin), (read.Statistics.Count, read.Origin));
        Assert.Equal(Recorded.Statistics(x).Sigma, read.Statistics.Sigma);
        Assert.Equal(x.Values, read.Sample!.Features.Values);
        Assert.Equal(x.Values, read.Sample.Logits!.Values);
        Assert.Equal(sample.Indices, read.Sample.Indices);
        Assert.Equal(100, read.Sample.OfClass("class 2").Count);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("other", "unit", 'a', "the extractor 'mnist-features'")]
    [InlineData("mnist-features", "clean", 'a', "the preprocessing 'unit'")]
    [InlineData("mnist-features", "unit", 'c', "weights of SHA-256 'aaaaaaaaaaaa'")]
    public void Another_extractor_preprocessing_or_weights_are_refused_with_both_names(string extractor, string preprocessing, char hash,
    string expected)
    {
        var other = new FeatureOrigin(extractor, preprocessing, new string(hash, 64));
        Assert.Contains($"'ref.npz' was made with {expected}",
            Assert.Throws<PlaygroundException>(() => s_origin.RequireComparable(other, "ref.npz")).Message, StringComparison.Ordinal);
        s_origin.RequireComparable(s_origin with { DataHash = null }, "ref.npz");
    }

    [Fact]
    public void What_is_no_statistics_is_refused_in_a_sentence()
    {
        File.WriteAllText(At("text.npz"), "not a zip");
        AssertRefused("text.npz", "not a .npz file");
        AssertRefused("absent.npz", "do not exist");
        Zip("nothing.npz");
        AssertRefused("nothing.npz", "there is no 'mu'");
        Zip("shape.npz", ("mu", NpyArray.Of([1d, 2], 2)), ("sigma", NpyArray.Of([1d], 1, 1)));
        AssertRefused("shape.npz", "mu has 2 numbers and sigma the shape [1, 1]");
        Zip("axes.npz", ("mu", NpyArray.Of([1d, 2], 1, 2)), ("sigma", NpyArray.Of([1d], 1, 1)));
        AssertRefused("axes.npz", "'mu' has 2 axes instead of 1");
        Zip("nan.npz", ("mu", NpyArray.Of([double.NaN], 1)), ("sigma", NpyArray.Of([1d], 1, 1)));
        AssertRefused("nan.npz", "statistics must be finite");
        Zip("skew.npz", ("mu", NpyArray.Of([0d, 0], 2)), ("sigma", NpyArray.Of([1d, 0.5, 0.2, 1], 2, 2)));
        AssertRefused("skew.npz", "not symmetric at (1, 0)");
        Zip("one.npz", ("mu", NpyArray.Of([0d], 1)), ("sigma", NpyArray.Of([1d], 1, 1)), ("count", NpyArray.Of([1L])));
        AssertRefused("one.npz", "it is of 1 pictures");
    }

    [Fact]
    public void A_bomb_and_an_array_beyond_the_limit_are_refused_by_their_headers()
    {
        using (var zip = new ZipArchive(File.Create(At("large.npz")), ZipArchiveMode.Create))
        {
            using var stream = zip.CreateEntry("mu.npy", CompressionLevel.SmallestSize).Open();
            stream.Write(new byte[1 << 20]);
        }
        AssertRefused("large.npz", "claims 1,048,576 bytes");

        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (8192,), }";
        using (var zip = new ZipArchive(File.Create(At("short.npz")), ZipArchiveMode.Create))
        {
            using var stream = zip.CreateEntry("mu.npy").Open();
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0]);
        }
        AssertRefused("short.npz", "does not fit its data");
    }

    [Fact]
    public void The_cache_gives_back_what_belongs_to_the_same_pictures_weights_and_preprocessing_alone()
    {
        var cache = new StatisticsCache(At("cache"));
        Assert.Null(cache.Find(s_origin));
        var (x, _) = Recorded.Features(12);
        cache.Keep(new StatisticsFile(Recorded.Statistics(x), s_origin));
        Assert.Equal(Recorded.Statistics(x).Mu, cache.Find(s_origin)!.Statistics.Mu);
        Assert.Null(cache.Find(s_origin with { DataHash = new string('c', 64) }));
        Assert.Null(cache.Find(s_origin with { Preprocessing = "clean" }));
        Assert.Null(cache.Find(s_origin, "another order"));

        var file = Assert.Single(Directory.GetFiles(At("cache")));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..100]);
        Assert.Null(cache.Find(s_origin));
    }

    [Fact]
    public void Too_many_pictures_leave_a_seeded_part_each_with_its_place()
    {
        FeatureSample Keep(int seed)
        {
            var reservoir = new FeatureReservoir(2, null, seed, maxBytes: 8 * 100);
            for (var i = 0; i < 1000; i += 10)
                reservoir.Add(new([.. Enumerable.Range(i, 10)],
                    new(10, [.. Enumerable.Range(i, 10).SelectMany(v => new float[] { v, -v })], null)), place => $"{place}");
            return reservoir.ToSample();
        }
        var kept = Keep(1);
        Assert.Equal(100, kept.Count);
        Assert.Equal(kept.Indices.Select(i => $"{i}"), kept.Classes);
        Assert.Equal(kept.Indices.Select(i => (float)i), Enumerable.Range(0, 100).Select(i => kept.Features.Row(i)[0]));
        Assert.InRange(kept.Indices.Average(), 400, 600);
        Assert.Equal(kept.Indices, Keep(1).Indices);
        Assert.NotEqual(kept.Indices, Keep(2).Indices);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private void AssertRefused(string name, string expected)
    {
        var message = Assert.Throws<PlaygroundException>(() => StatisticsFile.Read(At(name))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private void Zip(string name, params (string Name, NpyArray Array)[] arrays)
    {
        using var zip = new ZipArchive(File.Create(At(name)), ZipArchiveMode.Create);
        foreach (var (entry, array) in arrays) NpzEntry.Write(zip, entry, array);
    }
}
