using NetVips;

namespace Playground.Core.Imaging;

/// <summary>How a picture of any proportions becomes a square.</summary>
public enum PictureFit
{
    /// <summary>The shorter side is scaled to the size, and the centre cut out.</summary>
    Centre,

    /// <summary>Each side is scaled to the size: nothing is lost, and proportions change.</summary>
    Squash,

    /// <summary>The longer side is scaled to the size, and the rest is black.</summary>
    Pad,
}

/// <summary>The fits in libvips's words.</summary>
internal static class PictureFits
{
    public static (Enums.Size Size, Enums.Interesting Crop) ToThumbnail(this PictureFit fit) => fit switch
    {
        PictureFit.Centre => (Enums.Size.Both, Enums.Interesting.Centre),
        PictureFit.Squash => (Enums.Size.Force, Enums.Interesting.None),
        _ => (Enums.Size.Both, Enums.Interesting.None),
    };
}
