using Playground.Core.Imaging;
using Playground.Evaluation.Clip;

namespace Playground.Evaluation.Reports;

/// <summary>Small pictures for reports.</summary>
internal static class Thumbnail
{
    private const int LongerSide = 96;

    /// <summary>At most 96 pixels a side, in its proportions.</summary>
    public static PictureBatch Of(PictureBatch picture)
    {
        var side = Math.Max(picture.Height, picture.Width);
        return side <= LongerSide ? picture : PillowResize.Bicubic(picture, Math.Max(1, picture.Height * LongerSide / side),
            Math.Max(1, picture.Width * LongerSide / side));
    }

    public static ReportedPicture Reported(PictureBatch picture, string name)
    {
        var small = Of(picture);
        return new ReportedPicture(PngFile.Encode(small), small.Width, small.Height, name);
    }
}
