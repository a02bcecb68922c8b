namespace Playground.Vips;

/// <summary>The colour spaces that pictures are converted to; the numbers are libvips's VipsInterpretation.</summary>
public enum VipsColourSpace
{
    /// <summary>One channel of 8 bits.</summary>
    Grey = 1,

    /// <summary>Three channels of 8 bits, sRGB.</summary>
    Srgb = 22,
}
