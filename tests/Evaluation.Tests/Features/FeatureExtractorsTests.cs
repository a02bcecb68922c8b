using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Digits;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Tests.Features;

public sealed class FeatureExtractorsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void The_bundled_extractor_takes_pictures_of_any_size_and_tells_what_it_is()
    {
        using var extractor = FeatureExtractors.Open("mnist");
        Assert.Equal(BundledExtractor.Digits.Dimensions, extractor.Dimensions);
        Assert.Equal(("mnist-features", "mnist", 64, 10),
            (extractor.Name, extractor.Preprocessing, extractor.Dimensions, extractor.Classes));
        Assert.Matches("^[0-9a-f]{64}$", extractor.WeightsHash);
        foreach (var (height, width, channels) in new[] { (28, 28, 1), (64, 50, 3), (1, 1, 1) })
        {
            var batch = extractor.Extract(new PictureBatch(3, height, width, channels, new byte[3 * height * width * channels]));
            Assert.Equal((3, 3 * 64, 3 * 10), (batch.Count, batch.Features.Length, batch.Logits!.Length));
        }
        Assert.Empty(extractor.Extract(new PictureBatch(0, 28, 28, 1, [])).Features);
        Assert.Contains("has its own preprocessing",
            Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("mnist", "tf1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_features_and_logits_of_digits_equal_PyTorchs()
    {
        var recorded = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recordings", "digits.npy")).AsSpan()[^(2 * 74 * 4)..]).ToArray();
        var picture = FormulaPicture.Of(28, 28);
        var grey = new byte[2 * 28 * 28];
        for (var i = 0; i < 28 * 28; i++) (grey[i], grey[28 * 28 + i]) = (picture.Pixels[3 * i], picture.Pixels[3 * i + 2]);
        using var extractor = FeatureExtractors.Open("mnist");
        var batch = extractor.Extract(new PictureBatch(2, 28, 28, 1, grey));
        for (var row = 0; row < 2; row++)
        {
            float[] given = [.. batch.Features.AsSpan(row * 64, 64), .. batch.Logits.AsSpan(row * 10, 10)];
            Assert.All(given.Zip(recorded[(row * 74)..]), v => Assert.Equal(v.Second, v.First, 1e-6f * recorded.Max()));
        }
    }

    [Fact]
    public void Grey_images_of_28_pixels_are_taken_for_digits_and_nothing_else_is()
    {
        Assert.Equal("mnist", BundledExtractor.For(28, 28, 1).Id);
        foreach (var (height, width, channels) in new[] { (28, 28, 3), (32, 32, 1), (28, 32, 1), (32, 32, 3) })
            Assert.Equal("resnet18-imagenet", BundledExtractor.For(height, width, channels).Id);
    }

    [Fact]
    public void A_large_batch_gives_the_features_of_its_images_one_by_one_and_names_the_one_that_fails()
    {
        var pixels = new byte[21 * 28 * 28];
        new Random(1).NextBytes(pixels);
        var images = new PictureBatch(21, 28, 28, 1, pixels);
        using var extractor = FeatureExtractors.Open("mnist");
        var (whole, single) = (extractor.Extract(images), Enumerable.Range(0, 21).Select(i => extractor.Extract(images[i])).ToList());
        Assert.All(whole.Features.Zip(single.SelectMany(s => s.Features)), v => Assert.Equal(v.Second, v.First, 1e-4));
        Assert.All(whole.Logits!.Zip(single.SelectMany(s => s.Logits!)), v => Assert.Equal(v.Second, v.First, 1e-4));

        // log of the mean: a black image gives minus infinity.
        var graph = new OnnxGraph("log");
        var mean = graph.Node("GlobalAveragePool", [graph.Input("pictures", TensorElementType.Float, "N", 1, 28, 28)]);
        graph.Output(graph.Node("Log", [graph.Node("Flatten", [mean])]), "features", TensorElementType.Float, "N", 1);
        using var log = OnnxFeatureExtractor.Open("log", graph.ToArray(), Preprocessing.Mnist);
        pixels.AsSpan(17 * 28 * 28, 28 * 28).Clear();
        Assert.Equal(17, Assert.Throws<NonFiniteFeaturesException>(() => log.Extract(images)).Index);
    }

    [Fact]
    public void The_bundled_extractor_reads_98_and_a_half_percent_of_MNISTs_test_digits()
    {
        var prefix = Path.Combine(Repository.Root, "..", "shared", "data", "mnist", "t10k");
        Assert.SkipUnless(IdxDataset.PrefixAt(prefix) is not null, "MNIST is not there: the bundled extractor's accuracy was not checked.");
        using var extractor = FeatureExtractors.Open("mnist");
        using IPictureSet digits = IdxDataset.Load(prefix);
        Assert.InRange(DigitTraining.Accuracy(extractor, digits), 0.985, 1);
    }

    [Fact]
    public void A_file_that_is_missing_or_no_model_is_told_in_a_sentence()
    {
        Assert.Contains("There is no extractor '/nowhere.onnx': give 'resnet18-imagenet' or 'mnist', or an ONNX file",
            Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("/nowhere.onnx")).Message, StringComparison.Ordinal);
        File.WriteAllText(_file, "not a model");
        Assert.Contains("is not an ONNX model that can be run", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("../weights.bin")]
    [InlineData("/etc/passwd")]
    public void Weights_in_other_files_are_refused_wherever_these_are(string location)
    {
        const int External = 1;
        var entry = new ProtoMessage().Add(1, "location").Add(2, location);
        WriteWithConstant(new ProtoMessage().Add(1, [1L, 3, 1, 1]).Add(2, (int)TensorElementType.Float).Add(8, "w").Add(13, entry)
            .Add(14, External));
        var name = Path.GetFileNameWithoutExtension(_file);
        Assert.Equal($"'{name}' keeps its weights in other files (ONNX's external data): export it as one file.", Refused());
    }

    [Fact]
    public void Models_made_to_do_harm_are_refused_in_a_sentence()
    {
        static ProtoMessage Constant(int type, params long[] shape) => new ProtoMessage().Add(1, shape).Add(2, type).Add(8, "w");
        const int Float = (int)TensorElementType.Float, None = 99;
        // A terabyte by its shape, a shape whose product overflows, and one that is negative.
        foreach (var shape in new long[][] { [1, 3, 1L << 38, 1], [1, 3, long.MaxValue, long.MaxValue], [1, 3, -1, 1] })
            RefusedWith(Constant(Float, shape).Add(9, new byte[12]));
        // A type that is none, and numbers that are not there.
        RefusedWith(Constant(None, 1, 3, 1, 1).Add(9, new byte[12]));
        RefusedWith(Constant(Float, 1, 3, 1, 1));

        // A node that waits for itself, an operator that nobody knows, a file that ends in the middle, and fields that never end.
        var cycle = new OnnxGraph("cycle");
        cycle.Output(cycle.Node("Mul", [cycle.Input("pictures", TensorElementType.Float, "N", 3, "H", "W"), "Mul_0"]), "features",
            TensorElementType.Float, "N", 3);
        var unknown = new OnnxGraph("unknown");
        unknown.Output(unknown.Node("Execute", [unknown.Input("pictures", TensorElementType.Float, "N", 3, "H", "W")]), "features",
            TensorElementType.Float, "N", 3);
        var whole = cycle.ToArray();
        foreach (var file in new[] { whole, unknown.ToArray(), whole[..(whole.Length / 2)], [.. Enumerable.Repeat((byte)0x3a, 10_000)] })
        {
            File.WriteAllBytes(_file, file);
            Assert.Contains("is not an ONNX model that can be run", Refused(), StringComparison.Ordinal);
        }

        void RefusedWith(ProtoMessage constant)
        {
            WriteWithConstant(constant);
            Assert.Contains("is not an ONNX model that can be run", Refused(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_with_another_input_is_refused_with_what_it_takes()
    {
        Assert.Contains("takes 'pictures' as Float [?, 1, 28, 28]; for the preprocessing 'pytorch-fid' one input 'pictures', Float [N, 3, "
            + "H, W] with H and W open or 299 is wanted.", Refused("pictures", TensorElementType.Float, "N", 1, 28, 28),
            StringComparison.Ordinal);
        Assert.Contains("takes x; one input 'pictures'", Refused("x", TensorElementType.Float, "N", 3, "H", "W"), StringComparison.Ordinal);
        Assert.Contains("as UInt8 [?, 3, ?, ?];", Refused("pictures", TensorElementType.UInt8, "N", 3, "H", "W"), StringComparison.Ordinal);
        Assert.Contains("as Float [?, 3, 224, 224];", Refused("pictures", TensorElementType.Float, "N", 3, 224, 224),
            StringComparison.Ordinal);
        Assert.Contains("as Float [1, 3, 299, 299];", Refused("pictures", TensorElementType.Float, 1, 3, 299, 299),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_other_outputs_is_refused_with_what_it_gives()
    {
        Assert.Contains("has no output 'features': it has pool.", RefusedOutput("pool", TensorElementType.Float, "N", 3),
            StringComparison.Ordinal);
        Assert.Contains("gives 'features' as Float [?, 3, ?, ?]; Float [N, width] is wanted.",
            RefusedOutput("features", TensorElementType.Float, "N", 3, "H", "W"), StringComparison.Ordinal);
    }

    [Fact]
    public void CUDA_that_is_not_there_is_refused_with_the_mend()
    {
        Assert.SkipWhen(File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so")),
            "This ONNX Runtime has CUDA: its absence was not checked.");
        var refusal = Assert.Throws<PlaygroundException>(
            () => FeatureExtractors.Open("mnist", options: new ExtractorOptions { Cuda = true }));
        Assert.Contains("was built without CUDA", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("build with -p:Cuda=true", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    // pictures · w, pooled: a constant 'w' as it is given.
    private void WriteWithConstant(ProtoMessage constant)
    {
        var graph = new OnnxGraph("constant");
        var x = graph.Node("Mul", [graph.Input("pictures", TensorElementType.Float, "N", 3, "H", "W"), "w"]);
        graph.Output(graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])]), "features", TensorElementType.Float, "N", 3);
        // A second graph field adds to the first.
        using var file = File.Create(_file);
        graph.Save(file);
        new ProtoMessage().Add(7, new ProtoMessage().Add(5, constant)).WriteTo(file);
    }

    private string Refused(string input, TensorElementType type, params object[] dimensions)
    {
        var graph = new OnnxGraph("other");
        graph.Output(graph.Input(input, type, dimensions), "features", type, dimensions);
        graph.Save(_file);
        return Refused();
    }

    private string RefusedOutput(string output, TensorElementType type, params object[] dimensions)
    {
        var graph = new OnnxGraph("other");
        var x = graph.Input("pictures", TensorElementType.Float, "N", 3, "H", "W");
        graph.Output(dimensions.Length == 4 ? x : graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])]), output, type, dimensions);
        graph.Save(_file);
        return Refused();
    }

    private string Refused() => Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open(_file)).Message;
}
