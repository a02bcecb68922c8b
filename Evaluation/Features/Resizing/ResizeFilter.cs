namespace Playground.Evaluation.Features.Resizing;

/// <summary>How the pixels of one line become those of a longer or shorter one.</summary>
internal enum ResizeFilter
{
    /// <summary>
    /// Two neighbours, pixel centres at halves, no antialiasing: PyTorch's <c>interpolate(mode="bilinear", align_corners=False)</c>.
    /// </summary>
    HalfPixelBilinear,

    /// <summary>Two neighbours, pixel 0 on pixel 0 and scale in/out, no antialiasing: TensorFlow 1's <c>resize_bilinear</c>.</summary>
    AsymmetricBilinear,

    /// <summary>Keys's cubic with a = −1/2, widened by the scale when shrinking (antialiasing): Pillow's <c>BICUBIC</c>.</summary>
    AntialiasedBicubic,
}
