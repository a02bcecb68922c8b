using System.IO.Compression;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;
using Playground.Evaluation.Tests.Metrics;

namespace Playground.Evaluation.Tests.Reports;

/// <summary>From files to a report, with an extractor of a few thousand random weights.</summary>
public sealed class EvaluatorTests : IDisposable
{
    private static readonly string s_extractor = Recorded.At("extractor-tiny.onnx");
    private readonly string _folder = Directory.CreateTempSubdirectory("evaluation-").FullName;

    [Fact]
    public async Task Pictures_of_mixed_kinds_are_compared_and_bad_files_are_listed_with_their_reason()
    {
        Pictures("real", 40, seed: 1);
        Pictures("made", 30, seed: 2);
        File.WriteAllText(At("made/text.png"), "no picture");
        File.WriteAllBytes(At("made/empty.png"), []);
        File.WriteAllBytes(At("made/cut.png"), File.ReadAllBytes(At("made/00000-class0.png"))[..60]);
        var report = await RunAsync(At("real"), At("made"));
        Assert.Equal((40L, 30L, 3L), (report.Real!.Count, report.Generated.Count, report.Generated.LeftOutCount));
        Assert.Equal(["cut.png", "empty.png", "text.png"], report.Generated.LeftOut.Select(f => f.Name).Order());
        Assert.All(report.Generated.LeftOut, f => Assert.NotEmpty(f.Reason));
        Assert.Equal(["0", "1"], report.Classes.Select(c => c.Name));
        Assert.Equal(16, report.Neighbours!.Pairs.Count);
        Assert.All(report.Neighbours.Pairs, p => Assert.True(p.Generated!.Png.Length > 0 && p.Real!.Png.Length > 0));
        Assert.NotNull(report.Samples);
        var html = HtmlReport.Write(report);
        Assert.Contains("cut.png", html, StringComparison.Ordinal);
        Assert.Contains("not comparable with FIDs of Inception", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_pictures_in_a_zip_are_no_distance_apart_and_all_too_near()
    {
        Pictures("real", 40, seed: 1);
        ZipFile.CreateFromDirectory(At("real"), At("real.zip"));
        var report = await RunAsync(At("real"), At("real.zip"));
        Assert.InRange(report.Scores.Single(s => s.Id == "frechet-distance").Value!.Value, 0, 1e-6);
        Assert.Equal(1, report.Neighbours!.TooNear);
        Assert.Equal(report.Real!.DataHash, report.Generated.DataHash);
    }

    [Fact]
    public async Task A_second_run_takes_statistics_and_features_from_the_cache_and_says_the_same()
    {
        Pictures("real", 40, seed: 1);
        Pictures("made", 30, seed: 2);
        var cache = new StatisticsCache(At("cache"));
        var first = await RunAsync(At("real"), At("made"), cache);
        var second = await RunAsync(At("real"), At("made"), cache);
        Assert.Equal((false, true, true), (first.Real!.FromCache, second.Real!.FromCache, second.Generated.FromCache));
        Assert.Equal(JsonSerializer.Serialize(first.Scores), JsonSerializer.Serialize(second.Scores));
        Assert.Equal(JsonSerializer.Serialize(first.Neighbours), JsonSerializer.Serialize(second.Neighbours));

        // Other names in the same order of bytes: the classes are others, so the features are taken anew.
        Directory.CreateDirectory(At("renamed"));
        foreach (var file in Directory.GetFiles(At("made"))) File.Copy(file, At("renamed/x" + Path.GetFileName(file)));
        Assert.False((await RunAsync(At("real"), At("renamed"), cache)).Generated.FromCache);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task An_evaluation_that_is_cut_off_goes_on_at_the_picture_where_it_was_and_finds_the_same(int cutAway)
    {
        Pictures("real", 40, seed: 1);
        Pictures("made", 30, seed: 2);
        File.WriteAllText(At("made/text.png"), "no picture");
        var whole = await RunAsync(new CountingExtractor(FeatureExtractors.Open(s_extractor)), null, TestContext.Current.CancellationToken);

        var cache = new StatisticsCache(At("cache"));
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var broken = new CountingExtractor(FeatureExtractors.Open(s_extractor)) { AfterSixty = stop.Cancel };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(broken, cache, stop.Token));
        }
        var journal = Assert.Single(Directory.GetFiles(At("cache"), "*.features"));
        // What a loss of power leaves: a record that is not whole.
        using (var file = File.OpenWrite(journal)) file.SetLength(file.Length - cutAway);
        var resumed = new CountingExtractor(FeatureExtractors.Open(s_extractor));
        var report = await RunAsync(resumed, cache, TestContext.Current.CancellationToken);
        Assert.InRange(resumed.Count, 1, 29);
        Assert.Empty(Directory.GetFiles(At("cache"), "*.features"));
        Assert.Equal(JsonSerializer.Serialize(whole.Scores), JsonSerializer.Serialize(report.Scores));
        Assert.Equal(JsonSerializer.Serialize(whole.Neighbours), JsonSerializer.Serialize(report.Neighbours));
        Assert.Equal("text.png", Assert.Single(report.Generated.LeftOut).Name);

        async Task<EvaluationReport> RunAsync(CountingExtractor extractor, StatisticsCache? kept, CancellationToken ct)
        {
            using var held = extractor;
            using var x = EvaluationInput.Open(At("real"));
            using var y = EvaluationInput.Open(At("made"));
            return await new Evaluator(x, extractor, new MetricOptions { Resamples = 10 }, kept).EvaluateAsync("tiny", y, ct);
        }
    }

    [Fact]
    public async Task Several_sets_are_judged_by_one_reference_whose_features_are_taken_once()
    {
        Pictures("real", 40, seed: 1);
        Pictures("made", 30, seed: 2);
        Pictures("other", 20, seed: 3);
        using var extractor = new CountingExtractor(FeatureExtractors.Open(s_extractor));
        using var real = EvaluationInput.Open(At("real"));
        var evaluator = new Evaluator(real, extractor, new MetricOptions { Resamples = 10 });
        foreach (var name in new[] { "made", "other" })
        {
            using var generated = EvaluationInput.Open(At(name));
            var report = await evaluator.EvaluateAsync(name, generated, TestContext.Current.CancellationToken);
            Assert.Equal(JsonSerializer.Serialize((await RunAsync(At("real"), At(name))).Scores), JsonSerializer.Serialize(report.Scores));
        }
        Assert.Equal(40 + 30 + 20, extractor.Count);
    }

    [Fact]
    public async Task Statistics_of_another_extractor_are_refused_before_anything_is_compared()
    {
        Pictures("made", 30, seed: 2);
        var statistics = new FeatureStatistics(new double[8], [.. Enumerable.Range(0, 64).Select(i => i % 9 == 0 ? 1.0 : 0)], 100);
        new StatisticsFile(statistics, new FeatureOrigin("fid-inception", "pytorch-fid", new string('b', 64))).Write(At("real.npz"));
        var e = await Assert.ThrowsAsync<PlaygroundException>(() => RunAsync(At("real.npz"), At("made")));
        Assert.Contains("made with the extractor 'extractor-tiny', the other side with 'fid-inception'", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_picture_is_too_few_and_the_sentence_says_how_many_are_needed()
    {
        Pictures("real", 40, seed: 1);
        Pictures("made", 1, seed: 2);
        var e = await Assert.ThrowsAsync<PlaygroundException>(() => RunAsync(At("real"), At("made")));
        Assert.Contains("a covariance needs at least 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CLIP_scores_stand_in_the_report_in_both_conventions_with_CMMD()
    {
        var tiny = Recorded.At("clip-tiny");
        Clip();
        var recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny, "recorded.json"))).RootElement.EnumerateArray().ToList();
        Directory.CreateDirectory(At("made"));
        foreach (var k in Enumerable.Range(0, 5)) File.Copy(Path.Combine(tiny, $"{k}.png"), At($"made/{k}.png"));
        File.WriteAllLines(At("prompts.txt"), recorded.Select(r => r.GetProperty("prompt").GetString()!));
        File.WriteAllLines(At("prompts.jsonl"),
            recorded.Select((r, k) => JsonSerializer.Serialize(new { file_name = $"{k}.png", text = r.GetProperty("prompt").GetString() }))
                .Reverse().Append("""{"name": "other.png", "prompt": "unused"}"""));
        var expected = recorded.Average(r => Math.Max(0, r.GetProperty("cosine").GetDouble()));
        using var model = ClipModel.Load(At("clip"));
        foreach (var (file, unused) in new[] { ("prompts.txt", 0), ("prompts.jsonl", 1) })
        {
            using var generated = EvaluationInput.Open(At("made"));
            using var real = EvaluationInput.Open(tiny);
            var clip = new ClipComparison(model, PromptFile.Load(At(file)).For);
            var report = await new Evaluator(real, null, new MetricOptions(), null, clip).EvaluateAsync("clip", generated,
                TestContext.Current.CancellationToken);
            Assert.Equal(["clip-score", "clip-score-torchmetrics", "cmmd"], report.Scores.Select(s => s.Id));
            Assert.Equal(2.5 * expected, report.Scores[0].Value!.Value, 5);
            Assert.Equal(100 * expected, report.Scores[1].Value!.Value, 3);
            Assert.Equal(0, report.Scores[2].Value!.Value, 6);
            Assert.Contains("1 of 5 prompts are longer than CLIP reads", Assert.Single(report.Scores[0].Warnings).Text,
                StringComparison.Ordinal);
            Assert.Equal(unused, report.Warnings.Count);
            Assert.Contains("CLIP", HtmlReport.Write(report), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("prompts.txt", "a cat\na dog", "has 2 prompts for the 3 pictures")]
    [InlineData("prompts.jsonl", """{"file_name": "00000-class0.png", "prompt": "a"}""", "has no prompt for '00001-class1.png'")]
    [InlineData("prompts.jsonl", "a cat", "Line 1 of")]
    [InlineData("prompts.txt", "", "holds no prompts")]
    public void Missing_prompts_are_an_error_that_counts_or_names_them(string name, string text, string expected)
    {
        Pictures("made", 3, seed: 1);
        File.WriteAllText(At(name), text);
        using var made = EvaluationInput.Open(At("made"));
        Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => PromptFile.Load(At(name)).For(made.Pictures!)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Counts the pictures that a real extractor gets.</summary>
    private sealed class CountingExtractor(IFeatureExtractor inner) : IFeatureExtractor
    {
        public int Count { get; private set; }

        public Action? AfterSixty { get; init; }

        public string Name => inner.Name;

        public string Preprocessing => inner.Preprocessing;

        public string WeightsHash => inner.WeightsHash;

        public int Dimensions => inner.Dimensions;

        public int? Classes => inner.Classes;

        public FeatureBatch Extract(PictureBatch pictures)
        {
            Count += pictures.Count;
            if (Count > 60) AfterSixty?.Invoke();
            return inner.Extract(pictures);
        }

        public void Dispose() => inner.Dispose();
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static async Task<EvaluationReport> RunAsync(string real, string generated, StatisticsCache? cache = null)
    {
        using var extractor = FeatureExtractors.Open(s_extractor);
        using var x = EvaluationInput.Open(real);
        using var y = EvaluationInput.Open(generated);
        return await new Evaluator(x, extractor, new MetricOptions { Resamples = 10 }, cache).EvaluateAsync("tiny", y,
            TestContext.Current.CancellationToken);
    }

    /// <summary>Grey and coloured pictures of three sizes, of two classes by their names.</summary>
    private void Pictures(string folder, int count, int seed)
    {
        Directory.CreateDirectory(At(folder));
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (side, channels) = (20 + 6 * (i % 3), i % 2 == 0 ? 1 : 3);
            var pixels = new byte[side * (side + 3) * channels];
            random.NextBytes(pixels);
            File.WriteAllBytes(At($"{folder}/{i:D5}-class{i % 2}.png"),
                PngFile.Encode(new PictureBatch(1, side, side + 3, channels, pixels)));
        }
    }

    private void Clip()
    {
        var pairs = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/data/clip/bpe_simple_vocab_16e6.txt.gz"));
        Assert.SkipUnless(File.Exists(pairs), $"CLIP's pairs are not at '{pairs}'.");
        Directory.CreateDirectory(At("clip"));
        File.Copy(pairs, At("clip/bpe_simple_vocab_16e6.txt.gz"));
        foreach (var file in new[] { "text_model.onnx", "vision_model.onnx", "preprocessor_config.json" })
            File.Copy(Path.Combine(Recorded.At("clip-tiny"), file), At("clip/" + file));
    }
}
