using Playground.Core.Data;
using Playground.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Mnist;

/// <summary>Two convolutions and two linear layers that read digits: [N, 1, 28, 28] in [−1, 1] → logits [N, 10].</summary>
internal sealed class DigitClassifier : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = nn.Conv2d(1, 16, 3, padding: 1);
    private readonly Conv2d _conv2 = nn.Conv2d(16, 32, 3, padding: 1);
    private readonly Linear _hidden = nn.Linear(32 * 7 * 7, 128);
    private readonly Linear _out = nn.Linear(128, 10);

    public DigitClassifier() : base(nameof(DigitClassifier)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var h = nn.functional.max_pool2d(_conv1.call(input).relu(), 2);
        h = nn.functional.max_pool2d(_conv2.call(h).relu(), 2);
        return _out.call(_hidden.call(h.flatten(1)).relu());
    }

    public static DigitClassifier Train(IPictureDataset data, int epochs)
    {
        const int Batch = 100;
        using var guard = enable_grad();
        var network = new DigitClassifier();
        using var optimizer = new Core.Training.AdamW(network.named_parameters());
        var batches = new BatchSource(data, Batch, seed: 1);
        var steps = epochs * data.Count / Batch;
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (pictures, labels) = batches.At(step);
            nn.functional.cross_entropy(network.call(pictures), labels).backward();
            optimizer.Step(2e-3 * (1 - step / (double)steps), gradientScale: 1);
            network.zero_grad();
        }
        return network;
    }

    /// <summary>The share of <paramref name="labels"/> that the network reads off the pictures.</summary>
    public double Accuracy(Tensor pictures, long[] labels)
    {
        using var guard = no_grad();
        var right = 0L;
        for (var from = 0; from < labels.Length; from += 500)
        {
            using var scope = NewDisposeScope();
            var n = Math.Min(500, labels.Length - from);
            right += call(pictures.narrow(0, from, n)).argmax(1).eq(tensor(labels[from..(from + n)])).to(ScalarType.Int64).sum()
                .item<long>();
        }
        return right / (double)labels.Length;
    }
}
