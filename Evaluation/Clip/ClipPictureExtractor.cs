using Playground.Core.Imaging;
using Playground.Evaluation.Features;

namespace Playground.Evaluation.Clip;

/// <summary>CLIP's picture embeddings as features, as CLIP score and CMMD take them.</summary>
/// <param name="model">Stays its holder's.</param>
public sealed class ClipPictureExtractor(ClipModel model) : IPreparedExtractor
{
    private int? _dimensions;

    public string Name => $"clip:{model.Name}";

    public string Preprocessing => model.Preprocessing.Key;

    public string WeightsHash => model.PictureHash;

    // The graph may leave the width open, so it is read off a grey picture's embedding.
    public int Dimensions => _dimensions ??= Extract(new PictureBatch(1, 8, 8, 1, new byte[64])).Features.Length;

    public int? Classes => null;

    public int InputLength => 3 * model.Preprocessing.Crop * model.Preprocessing.Crop;

    public void Prepare(PictureBatch pictures, int index, Span<float> input) => model.Preprocessing.Apply(pictures[index]).CopyTo(input);

    public FeatureBatch Extract(PictureBatch pictures)
    {
        var inputs = new float[pictures.Count * InputLength];
        for (var i = 0; i < pictures.Count; i++) Prepare(pictures, i, inputs.AsSpan(i * InputLength, InputLength));
        return Extract(inputs, pictures.Count);
    }

    public FeatureBatch Extract(float[] inputs, int count, CancellationToken ct = default)
    {
        var features = model.EmbedPrepared([.. Enumerable.Range(0, count).Select(i => inputs[(i * InputLength)..((i + 1) * InputLength)])],
            ct);
        return new FeatureBatch(count, features.Values, null);
    }

    public void Dispose()
    {
    }
}
