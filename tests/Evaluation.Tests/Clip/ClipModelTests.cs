using System.Security.Cryptography;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Core.Text;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Tests.Metrics;

namespace Playground.Evaluation.Tests.Clip;

/// <summary>
/// A CLIP of a few hundred random weights, exported by torch 1.13, and what torch and Pillow 9.4 made of five pictures and prompts.
/// </summary>
public sealed class ClipModelTests : IDisposable
{
    private sealed record Pair(string Prompt, string Resized, float[] Text, float[] Image, double Cosine);

    private static readonly string s_tiny = Recorded.At("clip-tiny");
    private static readonly Pair[] s_pairs = [.. JsonDocument.Parse(File.ReadAllText(
        Path.Combine(s_tiny, "recorded.json"))).RootElement.EnumerateArray().Select(e => e.Deserialize<Pair>(JsonSerializerOptions.Web)!)];
    private readonly string _folder = Directory.CreateTempSubdirectory("clip-model-").FullName;

    private static IReadOnlyList<PictureBatch> Pictures
        => [.. Enumerable.Range(0, s_pairs.Length).Select(i => PictureFile.Decode(File.ReadAllBytes(Path.Combine(s_tiny, $"{i}.png"))))];

    [Fact]
    public void Pictures_are_scaled_and_cut_to_the_bytes_that_Pillow_makes()
    {
        var preprocessing = ClipPreprocessing.Load(s_tiny);
        Assert.Equal(s_pairs.Select(p => p.Resized), Pictures.Select(p => Convert.ToHexStringLower(SHA256.HashData(preprocessing.Cut(p)))));
    }

    [Theory]
    [InlineData("text_model.onnx", "vision_model.onnx")]
    [InlineData("model.onnx")]
    [InlineData("onnx/text_model.onnx", "onnx/vision_model.onnx")]
    public void Separate_and_combined_exports_give_torchs_embeddings_and_cosines(params string[] files)
    {
        Copy(files);
        using var clip = ClipModel.Load(_folder);
        ClipPrompt[] prompts = [.. s_pairs.Select(p => clip.Tokenize(p.Prompt))];
        Assert.Equal([false, false, true, false, false], prompts.Select(p => p.Truncated));
        var (texts, pictures) = (clip.EmbedTexts(prompts),
            clip.EmbedPrepared([.. Pictures.Select(clip.Preprocessing.Apply)], TestContext.Current.CancellationToken));
        for (var i = 0; i < s_pairs.Length; i++)
        {
            AssertClose(s_pairs[i].Text, texts.Row(i));
            AssertClose(s_pairs[i].Image, pictures.Row(i));
        }
        var score = ClipScore.Of(pictures, texts);
        for (var i = 0; i < s_pairs.Length; i++) Assert.Equal(s_pairs[i].Cosine, score.Cosines[i], 5);
    }

    [Fact]
    public void Picture_embeddings_serve_as_features()
    {
        Copy("text_model.onnx", "vision_model.onnx");
        using var clip = ClipModel.Load(_folder);
        using var extractor = new ClipPictureExtractor(clip);
        Assert.Equal((6, "clip-bicubic-32"), (extractor.Dimensions, extractor.Preprocessing));
        AssertClose(s_pairs[2].Image, extractor.Extract(Pictures[2]).Features);
    }

    [Fact]
    public void Wrong_graphs_and_missing_halves_are_refused_with_what_they_have()
    {
        Copy("text_model.onnx");
        Assert.Contains("holds only 'text_model.onnx'", Refusal(), StringComparison.Ordinal);
        File.Copy(At("text_model.onnx"), At("vision_model.onnx"));
        Assert.Contains("one of them does not", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(At("vision_model.onnx"), "not a model");
        Assert.Contains("vision_model.onnx' is not an ONNX model", Refusal(), StringComparison.Ordinal);
        File.Delete(At("text_model.onnx"));
        File.Delete(At("vision_model.onnx"));
        Assert.Contains("holds no CLIP export", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preprocessing_of_another_size_than_the_graphs_is_refused_at_the_first_picture()
    {
        Copy("text_model.onnx", "vision_model.onnx");
        File.Delete(At("preprocessor_config.json"));
        using var clip = ClipModel.Load(_folder);
        Assert.Contains("takes pictures of 32 x 32, and preprocessor_config.json makes them 224 x 224",
            Assert.Throws<PlaygroundException>(() => new ClipPictureExtractor(clip).Dimensions).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"size": 64, "crop_size": 48, "resample": 2}""", null)]
    [InlineData("""{"size": {"shortest_edge": 64}, "crop_size": {"height": 48, "width": 48}, "resample": 2}""", null)]
    [InlineData("""{"size": 20, "crop_size": 48}""", "the crop must fit")]
    [InlineData("""{"resample": 1}""", "resample 1")]
    [InlineData("""{"image_std": [1, 0, 1]}""", "no standard deviation of 0")]
    [InlineData("""{"size": "large"}""", "cannot be read")]
    public void The_preprocessing_is_read_in_its_old_and_new_forms(string json, string? refusal)
    {
        File.WriteAllText(At("preprocessor_config.json"), json);
        if (refusal is not null) Assert.Contains(refusal, Assert.Throws<PlaygroundException>(() => ClipPreprocessing.Load(_folder)).Message,
            StringComparison.Ordinal);
        else Assert.Equal(("clip-bilinear-48", 64), (ClipPreprocessing.Load(_folder).Name, ClipPreprocessing.Load(_folder).ShorterSide));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private string Refusal() => Assert.Throws<PlaygroundException>(() => ClipModel.Load(_folder).Dispose()).Message;

    private void Copy(params string[] files)
    {
        var pairs = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/data/clip/bpe_simple_vocab_16e6.txt.gz"));
        Assert.SkipUnless(File.Exists(pairs), $"CLIP's pairs are not at '{pairs}'.");
        File.Copy(pairs, At("bpe_simple_vocab_16e6.txt.gz"));
        File.Copy(Path.Combine(s_tiny, "preprocessor_config.json"), At("preprocessor_config.json"));
        Directory.CreateDirectory(At("onnx"));
        foreach (var file in files) File.Copy(Path.Combine(s_tiny, Path.GetFileName(file)), At(file));
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(MathF.Abs);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(Math.Abs(expected[i] - actual[i]) / scale, 0, 1e-4);
    }

    [Fact]
    public void The_preprocessings_key_tells_everything_that_decides_its_result()
    {
        var usual = ClipPreprocessing.OpenAi;
        ClipPreprocessing[] others = [usual, usual with { Crop = 200 }, usual with { ShorterSide = 256 }, usual with { Bicubic = false },
            usual with { Rescale = 1 }, usual with { Mean = [0, 0, 0] }, usual with { Deviation = [1, 1, 1] },
            usual with { Deviation = [1, 1, 2] }];
        Assert.Equal("clip-bicubic-224", usual.Key);
        Assert.Equal(others.Length, others.Select(o => o.Key).Distinct().Count());
    }
}
