using Playground.Server.Datasets.Inspection;

namespace Playground.Server.Datasets.Versions;

/// <summary>What the first version of a data set is, before anyone has chosen.</summary>
internal static class VersionDefaults
{
    private const int Largest = 64;

    public static VersionRecipe Of(Inspection.Inspection inspection)
    {
        var channels = inspection.Pictures.All(p => p.Channels == 1) ? 1 : 3;
        return new VersionRecipe(Size(inspection.Pictures), channels, "centre", inspection.ClassNames,
            []).Count(inspection.Pictures.Select(p => p.Class));
    }

    // Small squares stay as they are; else the largest power of two that most pictures fill, up to 64, which trains in reasonable time
    // without a GPU.
    private static int Size(IReadOnlyList<InspectedPicture> pictures)
    {
        var first = pictures[0];
        if (first.Width == first.Height && first.Width is >= DatasetRules.MinSize and <= Largest
            && pictures.All(p => p.Width == first.Width && p.Height == first.Height)) return first.Width;
        int[] sides = [.. pictures.Select(p => Math.Min(p.Width, p.Height)).Order()];
        var size = DatasetRules.MinSize;
        while (size < Largest && size * 2 <= sides[sides.Length / 2]) size *= 2;
        return size;
    }
}
