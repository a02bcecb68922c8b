using System.Runtime.InteropServices;
using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;
using Playground.Evaluation.Features.Torch;

namespace Playground.Evaluation.Tests.Features;

public sealed class FidInceptionTests
{
    [Fact]
    public void Features_and_logits_equal_pytorch_fids_on_the_same_weights()
    {
        using var extractor = OnnxFeatureExtractor.Open("test", Model(), Preprocessing.PytorchFid);
        Assert.Equal((FidInception.Name, "pytorch-fid", 2048, 1008),
            (extractor.Name, extractor.Preprocessing, extractor.Dimensions, extractor.Classes));

        var recorded = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recordings", "inception.npy")).AsSpan()[^(3 * 3056 * 4)..]).ToArray();
        var row = 0;
        foreach (var (height, width) in new[] { (32, 32), (48, 31), (299, 299) })
        {
            var batch = extractor.Extract(FormulaPicture.Of(height, width));
            Close(recorded.AsSpan(row * 3056, 2048), batch.Features);
            Close(recorded.AsSpan(row++ * 3056 + 2048, 1008), batch.Logits!);
        }
    }

    [Fact]
    public void The_graphs_own_resize_and_the_preprocessing_agree_and_a_batch_changes_nothing()
    {
        using var extractor = OnnxFeatureExtractor.Open("test", Model(), Preprocessing.PytorchFid);
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions();
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(Model(), options);
        var picture = FormulaPicture.Of(48, 31);
        var planar = new float[picture.Pixels.Length];
        for (var c = 0; c < 3; c++)
            for (var i = 0; i < 48 * 31; i++) planar[c * 48 * 31 + i] = picture.Pixels[i * 3 + c];

        using var input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory<float>([.. planar, .. planar], [2, 3, 48, 31]);
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var outputs = session.Run(run, ["pictures"], [input], ["features"]);
        var features = extractor.Extract(picture).Features;
        Close(features, outputs[0].GetTensorDataAsSpan<float>()[..2048]);
        Close(features, outputs[0].GetTensorDataAsSpan<float>()[2048..]);
    }

    [Fact]
    public void Weights_of_wrong_names_and_shapes_are_refused_with_the_list()
    {
        var weights = Weights();
        weights.Remove("Mixed_5b.branch1x1.bn.bias");
        weights["fc.bias"] = new TorchTensor([1000], new float[1000]);
        weights["AuxLogits.fc.weight"] = new TorchTensor([1], [0]);
        var refusal = Assert.Throws<WeightsException>(() => FidInception.Build(weights));
        Assert.Equal("its tensors are not those of pytorch-fid's Inception: 1 missing (Mixed_5b.branch1x1.bn.bias); 1 of the wrong shape "
            + "(fc.bias [1000] instead of [1008]); 1 not part of it (AuxLogits.fc.weight)", refusal.Message);

        var torchvision = Assert.Throws<WeightsException>(() => FidInception.Build(new Dictionary<string, TorchTensor>()));
        Assert.Contains("472 missing", torchvision.Message, StringComparison.Ordinal);
        Assert.Contains("and 462 more", torchvision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
        => Assert.StartsWith("The weights '/nowhere.pth' do not exist",
            Assert.Throws<PlaygroundException>(() => FidInception.Convert("/nowhere.pth", "/nowhere.onnx")).Message,
            StringComparison.Ordinal);

    private static byte[] Model()
    {
        using var file = new MemoryStream();
        FidInception.Build(Weights()).Save(file);
        return file.ToArray();
    }

    private static Dictionary<string, TorchTensor> Weights()
        => FidInception.Tensors().ToDictionary(t => t.Key, t => FormulaWeights.Of(t.Key, t.Value));

    private static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var largest = 0f;
        foreach (var value in expected) largest = Math.Max(largest, Math.Abs(value));
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f * largest);
    }
}
