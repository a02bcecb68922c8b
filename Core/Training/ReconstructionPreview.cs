using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>Images of the data, each followed by what an autoencoder in training makes of it.</summary>
internal sealed class ReconstructionPreview : ITrainingPreview
{
    private readonly IDisposable? _loan;
    private readonly AutoencoderKL _network;
    private readonly PictureExamples _data;
    private readonly int[] _indices;
    private readonly List<PictureBatch> _done = [];

    public ReconstructionPreview(AutoencoderKL network, PictureExamples data, int count, IDisposable? loan)
    {
        (_network, _data, _loan) = (network, data, loan);
        var pairs = Math.Max(1, count / 2);
        _indices = [.. Enumerable.Range(0, pairs).Select(i => (int)((long)i * data.Count / pairs))];
        network.eval();
    }

    public bool IsFinished => _done.Count == 2 * _indices.Length;

    public void Advance()
    {
        using var guard = inference_mode();
        using var scope = NewDisposeScope();
        var image = _data.Read([_indices[_done.Count / 2]]).X0;
        var again = _network.call(image.to(TorchEngine.DefaultDevice)).cpu();
        if (!again.isfinite().all().item<bool>())
            throw new PlaygroundException("The autoencoder's output holds NaN or infinity. Start again with a lower learning rate.");
        _done.Add(PictureBatch.FromTensor(image));
        _done.Add(PictureBatch.FromTensor(again));
    }

    public PictureBatch Pictures() => PictureBatch.Concat(_done);

    public void Dispose()
    {
        _network.train();
        _loan?.Dispose();
    }
}
