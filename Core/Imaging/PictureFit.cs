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
