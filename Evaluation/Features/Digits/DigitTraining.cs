using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Models;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Evaluation.Features.Digits;

/// <summary>Makes the bundled extractor: a reader of digits, trained on MNIST, whose last hidden layer is the features.</summary>
public static class DigitTraining
{
    private const int Batch = 100;
    private const double LearningRate = 2e-3;

    /// <summary>Trains and writes the extractor.</summary>
    /// <param name="folder">MNIST's four IDX files.</param>
    /// <param name="onnx">The file to write; it appears when it is whole.</param>
    /// <param name="epochs">Passes over the training pictures, 1 to 100.</param>
    /// <param name="seed">Of the first weights and of the order.</param>
    /// <param name="progress">Told the step, the number of steps and the loss.</param>
    /// <param name="ct">Ends the training; nothing is written.</param>
    /// <returns>The share of the test pictures that the written file reads right.</returns>
    /// <exception cref="PlaygroundException">The data are not there, or an argument is out of its range.</exception>
    public static double Run(string folder, string onnx, int epochs = 5, ulong seed = 0, Action<int, int, double>? progress = null,
        CancellationToken ct = default)
    {
        if (epochs is < 1 or > 100) throw new PlaygroundException($"epochs is {epochs}; it must be 1 to 100.");
        var train = IdxDataset.Load(Path.Combine(folder, "train"));
        using IPictureSet test = IdxDataset.Load(Path.Combine(folder, "t10k"));
        using var network = new DigitNetwork();
        using (var generator = new Generator(seed)) InitialWeights.Draw(network, generator);
        Fit(network, new BatchSource(train, Batch, seed), epochs * train.Count / Batch, progress, ct);
        DigitGraph.Build(network.state_dict()).Save(onnx);
        using var extractor = OnnxFeatureExtractor.Open(onnx, File.ReadAllBytes(onnx), Preprocessing.Mnist);
        return Accuracy(extractor, test, ct);
    }

    /// <summary>The share of labelled digits that the extractor's logits name.</summary>
    internal static double Accuracy(OnnxFeatureExtractor extractor, IPictureSet pictures, CancellationToken ct = default)
    {
        var right = 0;
        for (var from = 0; from < pictures.Count; from += Batch)
        {
            var count = Math.Min(Batch, pictures.Count - from);
            var inputs = new float[count * extractor.InputLength];
            for (var i = 0; i < count; i++)
                extractor.Prepare(pictures.Read(from + i), 0, inputs.AsSpan(i * extractor.InputLength, extractor.InputLength));
            var logits = extractor.Extract(inputs, count, ct).Logits!;
            right += Enumerable.Range(0, count)
                .Count(i => pictures.ClassOf(from + i) == $"{Largest(logits.AsSpan(i * DigitNetwork.Classes, DigitNetwork.Classes))}");
        }
        return right / (double)pictures.Count;
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var largest = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[largest]) largest = i;
        return largest;
    }

    private static void Fit(DigitNetwork network, BatchSource batches, int steps, Action<int, int, double>? progress, CancellationToken ct)
    {
        using var guard = enable_grad();
        using var optimizer = new AdamW(network.named_parameters());
        for (var step = 0; step < steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (pictures, labels) = batches.At(step);
            var loss = nn.functional.cross_entropy(network.call(pictures), labels);
            loss.backward();
            optimizer.Step(LearningRate * (1 - step / (double)steps), gradientScale: 1);
            network.zero_grad();
            if (step % 100 == 0) progress?.Invoke(step, steps, loss.item<float>());
        }
    }
}
