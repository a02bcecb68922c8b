using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Digits;
using Playground.Evaluation.Features.Onnx;
using Playground.Evaluation.Pictures;

namespace Playground.Evaluation.Tests.Features;

public sealed class FeatureExtractorsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void The_bundled_extractor_takes_pictures_of_any_size_and_tells_what_it_is()
    {
        using var extractor = FeatureExtractors.Open("mnist");
        Assert.Equal(("mnist-features", "mnist", 64, 10), (extractor.Name, extractor.Preprocessing, extractor.Dimensions, extractor.Classes));
        Assert.Matches("^[0-9a-f]{64}$", extractor.WeightsHash);
        foreach (var (height, width, channels) in new[] { (28, 28, 1), (64, 50, 3), (1, 1, 1) })
        {
            var batch = extractor.Extract(new PictureBatch(3, height, width, channels, new byte[3 * height * width * channels]));
            Assert.Equal((3, 3 * 64, 3 * 10), (batch.Count, batch.Features.Length, batch.Logits!.Length));
        }
        Assert.Empty(extractor.Extract(new PictureBatch(0, 28, 28, 1, [])).Features);
        Assert.Contains("has its own preprocessing", Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("mnist", "tf1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bundled_extractor_reads_98_and_a_half_percent_of_MNISTs_test_digits()
    {
        var prefix = Path.Combine(Repository.Root, "..", "shared", "data", "mnist", "t10k");
        Assert.SkipUnless(IdxPictures.Prefix(prefix) is not null, "MNIST is not there: the bundled extractor's accuracy was not checked.");
        using var extractor = FeatureExtractors.Open("mnist");
        using var digits = IdxPictures.Open(prefix);
        Assert.InRange(DigitTraining.Accuracy(extractor, digits), 0.985, 1);
    }

    [Fact]
    public void A_file_that_is_missing_or_no_model_is_told_in_a_sentence()
    {
        Assert.Contains("There is no extractor '/nowhere.onnx'", Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("/nowhere.onnx")).Message, StringComparison.Ordinal);
        File.WriteAllText(_file, "not a model");
        Assert.Contains("is not an ONNX model that can be run", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_another_input_is_refused_with_what_it_takes()
    {
        Assert.Contains("takes 'pictures' as Float [?, 1, 28, 28]; for the preprocessing 'pytorch-fid' one input 'pictures', Float [N, 3, H, W] with H and W open or 299 is wanted.", Refused("pictures", TensorElementType.Float, "N", 1, 28, 28), StringComparison.Ordinal);
        Assert.Contains("takes x; one input 'pictures'", Refused("x", TensorElementType.Float, "N", 3, "H", "W"), StringComparison.Ordinal);
        Assert.Contains("as UInt8 [?, 3, ?, ?];", Refused("pictures", TensorElementType.UInt8, "N", 3, "H", "W"), StringComparison.Ordinal);
        Assert.Contains("as Float [?, 3, 224, 224];", Refused("pictures", TensorElementType.Float, "N", 3, 224, 224), StringComparison.Ordinal);
        Assert.Contains("as Float [1, 3, 299, 299];", Refused("pictures", TensorElementType.Float, 1, 3, 299, 299), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_other_outputs_is_refused_with_what_it_gives()
    {
        Assert.Contains("has no output 'features': it has pool.", RefusedOutput("pool", TensorElementType.Float, "N", 3), StringComparison.Ordinal);
        Assert.Contains("gives 'features' as Float [?, 3, ?, ?]; Float [N, width] is wanted.", RefusedOutput("features", TensorElementType.Float, "N", 3, "H", "W"), StringComparison.Ordinal);
    }

    [Fact]
    public void CUDA_that_is_not_there_is_refused_with_the_mend()
    {
        Assert.SkipWhen(File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so")), "This ONNX Runtime has CUDA: its absence was not checked.");
        var refusal = Assert.Throws<PlaygroundException>(() => FeatureExtractors.Open("mnist", options: new ExtractorOptions { Cuda = true }));
        Assert.Contains("cannot run on CUDA", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ONNXRUNTIME", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

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
