namespace Playground.Client.Contracts;

/// <summary>What images are: their height and width in pixels, and 1 (gray) or 3 (color) channels.</summary>
public sealed record ImageForm(int Size, int Channels);

/// <summary>What makes a comparison mean less than it seems, or nothing.</summary>
public enum EvaluationMismatch
{
    /// <summary>One side is in color, the other in gray.</summary>
    Colors,

    /// <summary>The extractor reads gray images only, and a side is in color.</summary>
    Extractor,

    /// <summary>The statistics are of another extractor's features.</summary>
    Statistics,

    /// <summary>The sides differ in size: the distance is between one of them and an enlargement of the other.</summary>
    Size,

    /// <summary>The extractor was made for images of another size.</summary>
    ExtractorSize,

    /// <summary>The extractor was made for images in color, and they are gray.</summary>
    ExtractorColors,
}

/// <summary>Whether two sets of images and an extractor go together.</summary>
public static class EvaluationFit
{
    /// <summary>Whether it is not evaluated at all; the others are worth a warning.</summary>
    public static bool IsRefused(EvaluationMismatch mismatch)
        => mismatch is EvaluationMismatch.Colors or EvaluationMismatch.Extractor or EvaluationMismatch.Statistics;

    /// <summary>Whether there are fewer images than are needed, where their number is known.</summary>
    public static bool IsFew(long? images, int needed) => images is { } count && count < needed;

    /// <summary>Everything that does not go together, the worst first; empty where all does, or where nothing is known.</summary>
    /// <param name="generated">The images to evaluate; null: not known.</param>
    /// <param name="reference">What they are compared with.</param>
    /// <param name="extractor">What takes their features.</param>
    public static IReadOnlyList<EvaluationMismatch> Find(ImageForm? generated, ReferenceView reference, ExtractorView extractor)
    {
        var sides = new[] { generated, reference.Form }.OfType<ImageForm>().ToList();
        var found = new List<EvaluationMismatch>();
        if (sides.Select(s => s.Channels).Distinct().Count() > 1) found.Add(EvaluationMismatch.Colors);
        if (extractor.Form is { Channels: 1 } && sides.Any(s => s.Channels != 1)) found.Add(EvaluationMismatch.Extractor);
        if (reference is { HasPictures: false, Features: { } features } && features != extractor.Name)
            found.Add(EvaluationMismatch.Statistics);
        if (sides.Select(s => s.Size).Distinct().Count() > 1) found.Add(EvaluationMismatch.Size);
        if (extractor.Form is { Channels: 1, Size: var size } && sides.Any(s => s.Size != size))
            found.Add(EvaluationMismatch.ExtractorSize);
        if (extractor.Form is { Channels: 3 } && sides.Any(s => s.Channels == 1)) found.Add(EvaluationMismatch.ExtractorColors);
        return found;
    }
}
