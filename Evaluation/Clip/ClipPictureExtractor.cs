using Playground.Core.Imaging;
using Playground.Evaluation.Features;

namespace Playground.Evaluation.Clip;

/// <summary>CLIP's picture embeddings as features, as CMMD takes them.</summary>
/// <param name="model">Stays its holder's.</param>
public sealed class ClipPictureExtractor(ClipModel model) : IFeatureExtractor
{
    private int? _dimensions;

    public string Name => $"clip:{model.Name}";

    public string Preprocessing => model.Preprocessing.Name;

    public string WeightsHash => model.PictureHash;

    // The graph may leave the width open, so it is read off a grey picture's embedding.
    public int Dimensions => _dimensions ??= model.EmbedPictures([new PictureBatch(1, 8, 8, 1, new byte[64])]).Dimensions;

    public int? Classes => null;

    public FeatureBatch Extract(PictureBatch pictures)
    {
        var features = model.EmbedPictures([.. Enumerable.Range(0, pictures.Count).Select(i => pictures[i])]);
        return new FeatureBatch(features.Count, features.Values, null);
    }

    public void Dispose()
    {
    }
}
