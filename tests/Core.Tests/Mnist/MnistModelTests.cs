using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Mnist;

public sealed class MnistModelTests(ITestOutputHelper output)
{
    private const int Samples = 1000, Batch = 50;

    [Fact, Trait("Category", "long")]
    public void A_classifier_recognises_the_shipped_models_digits_as_the_classes_asked_for()
    {
        var data = Path.Combine(Repository.Root, "..", "shared", "data", "mnist");
        Assert.SkipUnless(IdxDataset.Exists(Path.Combine(data, "train")),
            "MNIST is not there: the shipped model's digits were not checked by a classifier.");

        using var scope = NewDisposeScope();
        using var classifier = DigitClassifier.Train(IdxDataset.Load(Path.Combine(data, "train")), epochs: 2);
        var test = IdxDataset.Load(Path.Combine(data, "t10k"));
        var accuracy = classifier.Accuracy(All(test), [.. Enumerable.Range(0, test.Count).Select(i => (long)test.Label(i))]);
        output.WriteLine($"classifier on the test set: {accuracy:P2}");
        Assert.InRange(accuracy, 0.98, 1);

        using var model = ModelFolder.Load(Path.Combine(Repository.Root, "models", "mnist"));
        var recognised = 0.0;
        for (var from = 0; from < Samples; from += Batch)
        {
            var result = SamplingRun.Execute(model,
                new SamplingRequest { Sampler = "dpmpp-2m", Steps = 12, Guidance = 1.5, Count = Batch, Seed = from, Precision = "bf16" });
            recognised += classifier.Accuracy(tensor(result.Values, [Batch, 1, 28, 28]),
                [.. result.Classes.Select(k => (long)k)]) * Batch / Samples;
        }
        output.WriteLine($"samples recognised: {recognised:P1}");
        Assert.InRange(recognised, 0.95, 1);
    }

    private static Tensor All(IdxDataset data)
    {
        var pixels = new byte[data.Count * data.Height * data.Width];
        for (var i = 0; i < data.Count; i++) data.Read(i, pixels.AsSpan(i * data.Height * data.Width));
        return tensor(pixels, [data.Count, 1, data.Height, data.Width]).to(ScalarType.Float32) / 127.5 - 1.0;
    }
}
