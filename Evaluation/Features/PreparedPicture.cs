using System.Buffers;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Features;

/// <summary>A picture on its way to a network: prepared where the extractor can do that beforehand, as it is where not.</summary>
/// <param name="Index">Its place in the source.</param>
/// <param name="Picture">As it is.</param>
/// <param name="Input">Prepared; a rented array.</param>
/// <param name="Problem">Why it could not be read; then there is neither.</param>
internal sealed record PreparedPicture(int Index, PictureBatch? Picture, float[]? Input, string? Problem)
{
    public static PreparedPicture Of(IFeatureExtractor extractor, int index, PictureBatch picture)
    {
        if (extractor is not IPreparedExtractor prepared) return new PreparedPicture(index, picture, null, null);
        var input = ArrayPool<float>.Shared.Rent(prepared.InputLength);
        prepared.Prepare(picture, 0, input.AsSpan(0, prepared.InputLength));
        return new PreparedPicture(index, null, input, null);
    }

    /// <summary>Whether both can go through the network together: prepared pictures always, others of one size.</summary>
    public bool FitsBeside(PreparedPicture other) => Input is not null
        || (Picture!.Height, Picture.Width, Picture.Channels) == (other.Picture!.Height, other.Picture.Width, other.Picture.Channels);

    /// <summary>The batch's features; prepared inputs are given back.</summary>
    public static FeatureBatch Run(IFeatureExtractor extractor, IReadOnlyList<PreparedPicture> batch, CancellationToken ct)
    {
        if (extractor is not IPreparedExtractor prepared)
        {
            var first = batch[0].Picture!;
            return extractor.Extract(new PictureBatch(batch.Count, first.Height, first.Width, first.Channels,
                [.. batch.SelectMany(p => p.Picture!.Pixels)]));
        }
        var length = prepared.InputLength;
        var inputs = ArrayPool<float>.Shared.Rent(batch.Count * length);
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Input.AsSpan(0, length).CopyTo(inputs.AsSpan(i * length));
            ArrayPool<float>.Shared.Return(batch[i].Input!);
        }
        try
        {
            return prepared.Extract(inputs, batch.Count, ct);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(inputs);
        }
    }
}
