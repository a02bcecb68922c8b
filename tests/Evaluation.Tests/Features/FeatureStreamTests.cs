using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Onnx;
using Playground.Evaluation.Tests.OnnxRuntime;
using Playground.Evaluation.Tests.Pictures;

namespace Playground.Evaluation.Tests.Features;

[Collection(nameof(Alone))]
public sealed class FeatureStreamTests : IDisposable
{
    private readonly PictureSet _set = new();

    [Fact]
    public async Task Features_come_in_the_order_of_the_pictures_whatever_the_batches_and_threads()
    {
        for (var i = 0; i < 60; i++)
            _set.Add($"{i:00}.png", PictureSet.Png((byte)(4 * i), height: 6 + i % 5, width: 9 - i % 3, channels: i % 2 == 0 ? 3 : 1));
        foreach (var options in new FeatureStreamOptions[] { new(), new() { BatchSize = 1, Runs = 1, Ahead = 1 },
            new() { BatchSize = 7, Runs = 4, Ahead = 3 } })
        {
            var (features, skipped) = await ReadAsync(options: options);
            Assert.Empty(skipped);
            Assert.Equal(Enumerable.Range(0, 60), features.Keys);
            Assert.All(features, f => Assert.Equal(4 * f.Key, f.Value, 1e-3));
        }
    }

    [Fact]
    public async Task Odd_pictures_are_read_and_broken_ones_are_left_out_with_a_sentence_each()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Recordings", "odd")))
            _set.Add($"odd/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        var whole = PictureSet.Png(50, height: 200, width: 200);
        _set.Add("broken/cut.png", whole[..(whole.Length / 2)]).Add("broken/empty.png", []).Add("broken/text.png",
            "not a picture"u8.ToArray()).Add("broken/bitmap.bmp", [.. "BM"u8, 58, .. new byte[7], 54, 0, 0, 0, 40, .. new byte[43]])
                .Add("zz.png", whole);

        var (features, skipped) = await ReadAsync();
        Assert.Equal(["animated.gif", "animated.webp", "cmyk.jpg", "colour.tif", "grey-alpha.png", "palette.png", "sixteen-bit.png"],
            Directory.GetFiles(_set.At("odd")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], features.Keys);
        double[] levels = [100, 100, 255, 100, 100, 100, 100, 50];
        Assert.All(features.Values.Zip(levels), p => Assert.Equal(p.Second, p.First, 1.5));
        Assert.Equal(["broken/bitmap.bmp", "broken/cut.png", "broken/empty.png", "broken/text.png"], skipped.Select(s => s.Name));
        Assert.Contains("is a BMP image, which is not read; save it as PNG", skipped[0].Reason, StringComparison.Ordinal);
        Assert.StartsWith("The image is damaged or cut off", skipped[1].Reason, StringComparison.Ordinal);
        Assert.StartsWith("The file is empty", skipped[2].Reason, StringComparison.Ordinal);
        Assert.StartsWith("The file is not an image", skipped[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_picture_is_enough_and_none_that_can_be_read_is_an_error_that_says_why()
    {
        _set.Add("one.png", PictureSet.Png(9));
        Assert.Equal(9, Assert.Single((await ReadAsync()).Features).Value, 1e-3);
        _set.Add("one.png", []);
        var refusal = await Assert.ThrowsAsync<PlaygroundException>(() => ReadAsync());
        Assert.Matches("None of the 1 pictures of '.*' could be read. 'one.png': The file is empty", refusal.Message);
    }

    [Fact]
    public async Task Features_that_are_no_numbers_end_the_run_with_the_pictures_name()
    {
        // log of the mean: a black picture gives minus infinity.
        for (var i = 0; i < 20; i++) _set.Add($"{i:00}.png", PictureSet.Png((byte)(i == 13 ? 0 : 9)));
        using var extractor = Mean(("Log", []));
        var refusal = await Assert.ThrowsAsync<PlaygroundException>(() => ReadAsync(extractor));
        Assert.Equal("'13.png' gives features from 'mean' that are not finite numbers: the network's weights are damaged.",
            refusal.Message);
    }

    [Fact]
    public async Task Cancelling_ends_the_stream_and_what_it_was_doing()
    {
        for (var i = 0; i < 40; i++) _set.Add($"{i:00}.png", PictureSet.Png((byte)i));
        using var extractor = Mean();
        using var source = PictureSets.Open(_set.Root);
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new FeatureStream(extractor, source,
                new FeatureStreamOptions { BatchSize = 2 }).ReadAsync(ct: cancel.Token))
                if (++seen == 3) await cancel.CancelAsync();
        });
        Assert.InRange(seen, 3, 6);
    }

    [Fact]
    public async Task Leaving_early_and_progress_are_told_as_they_are()
    {
        for (var i = 0; i < 10; i++) _set.Add($"{i:00}.png", i == 4 ? [] : PictureSet.Png((byte)i));
        using var extractor = Mean();
        using var source = PictureSets.Open(_set.Root);
        await foreach (var _ in new FeatureStream(extractor, source).ReadAsync()) break;

        var told = new Told();
        await foreach (var _ in new FeatureStream(extractor, source, new FeatureStreamOptions { BatchSize = 3, Runs = 1 }).ReadAsync(told))
        { }
        Assert.Equal([3, 6, 9], told.All.Select(p => p.Done));
        Assert.Equal((1, 10), (told.All[^1].Skipped, told.All[^1].Total));
    }

    [Fact]
    public async Task An_extractor_that_prepares_for_itself_gets_batches_of_one_size()
    {
        for (var i = 0; i < 9; i++) _set.Add($"{i:00}.png", PictureSet.Png((byte)i, width: i < 5 ? 8 : 4));
        using var extractor = new Plain();
        var (features, _) = await ReadAsync(extractor, new FeatureStreamOptions { BatchSize = 4 });
        Assert.Equal([(4, 8), (1, 8), (4, 4)], extractor.Batches);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (double)i), features.Values);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_number_of_pictures()
    {
        using var extractor = Mean();
        using var few = new Many(300);
        await foreach (var _ in new FeatureStream(extractor, few).ReadAsync()) { }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = before;
        using var many = new Many(6000); // 6000 × 299×299×3 floats would be 6.4 GB
        await foreach (var batch in new FeatureStream(extractor, many).ReadAsync())
            if (batch.Indices[0] % 512 == 0) peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
        Assert.InRange(peak - before, -1_000_000_000, 200_000_000);
    }

    public void Dispose() => _set.Dispose();

    private async Task<(SortedDictionary<int, double> Features, IReadOnlyList<LeftOutFile> Skipped)> ReadAsync(
        IFeatureExtractor? extractor = null, FeatureStreamOptions? options = null)
    {
        using var mean = Mean();
        using var source = PictureSets.Open(_set.Root);
        var stream = new FeatureStream(extractor ?? mean, source, options);
        var features = new List<(int Index, double Value)>();
        await foreach (var part in stream.ReadAsync(ct: TestContext.Current.CancellationToken))
            features.AddRange(part.Indices.Zip(part.Batch.Features, (i, f) => (i, (double)f)));
        Assert.Equal(features.Select(f => f.Index).Order(), features.Select(f => f.Index));
        return (new(features.ToDictionary(f => f.Index, f => f.Value)), stream.Skipped);
    }

    // Its only feature is the mean of the picture's values.
    private static OnnxFeatureExtractor Mean(params (string Operation, string[] Others)[] further)
    {
        var graph = new OnnxGraph("mean");
        var x = graph.Node("ReduceMean", [graph.Input("pictures", TensorElementType.Float, "N", 3, "H", "W"),
            graph.Constant("axes", [2], [2L, 3L])], ("keepdims", 0L));
        x = graph.Node("ReduceMean", [x, graph.Constant("channels", [1], [1L])]);
        foreach (var (operation, others) in further) x = graph.Node(operation, [x, .. others]);
        graph.Output(x, "features", TensorElementType.Float, "N", 1);
        using var file = new MemoryStream();
        graph.Save(file);
        return OnnxFeatureExtractor.Open("mean", file.ToArray(), Preprocessing.PytorchFid);
    }

    private sealed class Told : IProgress<FeatureProgress>
    {
        public List<FeatureProgress> All { get; } = [];

        public void Report(FeatureProgress value) => All.Add(value);
    }

    private sealed class Plain : IFeatureExtractor
    {
        public List<(int Count, int Width)> Batches { get; } = [];

        public string Name => "plain";

        public string Preprocessing => "none";

        public string WeightsHash => new('0', 64);

        public int Dimensions => 1;

        public int? Classes => null;

        public FeatureBatch Extract(PictureBatch pictures)
        {
            Batches.Add((pictures.Count, pictures.Width));
            return new FeatureBatch(pictures.Count,
                [.. Enumerable.Range(0, pictures.Count).Select(i => (float)pictures.Pixels[i * pictures.PictureSize])], null);
        }

        public void Dispose()
        {
        }
    }

    private sealed class Many(int count) : IPictureSet
    {
        public string Name => "many";

        public string Form => "many";

        public int Count => count;

        public IReadOnlyList<LeftOutFile> LeftOut => [];

        public string NameOf(int index) => $"{index}";

        public string? ClassOf(int index) => null;

        public PictureBatch Read(int index) => new(1, 1, 1, 1, [(byte)index]);

        public byte[] ReadBytes(int index) => [(byte)index];

        public void Dispose()
        {
        }
    }
}
