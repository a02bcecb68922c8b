using System.Numerics;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Evaluation.Features.Resizing;

namespace Playground.Evaluation.Features;

/// <summary>
/// What is done to a picture before a network sees it. Networks here take values of 0 to 255 and do the rest themselves, Inception and
/// the reader of digits by 2v/255 − 1; a preprocessing that divides by 128 instead is brought there by a factor.
/// </summary>
public sealed class Preprocessing
{
    private readonly Resizer _resizer;
    private readonly float _scale;
    private readonly bool _clips;

    private Preprocessing(string name, int channels, int size, ResizeFilter filter, float scale = 1)
        => (Name, Channels, Size, _resizer, _scale, _clips) = (name, channels, size, new Resizer(filter, size), scale,
            filter == ResizeFilter.AntialiasedBicubic);

    /// <summary>pytorch-fid's: half-pixel bilinear without antialiasing, 2v/255 − 1.</summary>
    public static Preprocessing PytorchFid { get; } = new("pytorch-fid", 3, Inception.FidInception.Size, ResizeFilter.HalfPixelBilinear);

    /// <summary>
    /// That of the first implementation (Heusel et al. 2017) and of torch-fidelity: TensorFlow 1's bilinear, (v − 128)/128.
    /// </summary>
    public static Preprocessing Tf1 { get; } = new("tf1", 3, Inception.FidInception.Size, ResizeFilter.AsymmetricBilinear, 255f / 256);

    /// <summary>clean-fid's (Parmar et al. 2022): Pillow's antialiased bicubic on float channels, clipped, (v − 128)/128.</summary>
    public static Preprocessing Clean { get; } = new("clean", 3, Inception.FidInception.Size, ResizeFilter.AntialiasedBicubic, 255f / 256);

    /// <summary>The bundled extractor's: grey (ITU-R 601), 28×28 by antialiased bicubic, clipped, 2v/255 − 1.</summary>
    public static Preprocessing Mnist { get; } = new("mnist", 1, 28, ResizeFilter.AntialiasedBicubic);

    /// <summary>ResNet-18's: 224×224 by antialiased bicubic, clipped; the network itself takes the mean image off.</summary>
    public static Preprocessing ResNet18 { get; } = new("bicubic-224", 3, ResNet.ResNet18.Size, ResizeFilter.AntialiasedBicubic);

    /// <summary>Those for Inception, the first being the one that is taken unless told.</summary>
    public static IReadOnlyList<Preprocessing> ForInception { get; } = [PytorchFid, Tf1, Clean];

    /// <summary>As reports name it.</summary>
    public string Name { get; }

    /// <summary>1 (grey) or 3.</summary>
    public int Channels { get; }

    /// <summary>Both sides in pixels.</summary>
    public int Size { get; }

    /// <summary>Floats of one picture: Channels·Size·Size.</summary>
    public int Length => Channels * Size * Size;

    /// <exception cref="PlaygroundException">No preprocessing for Inception has that name.</exception>
    public static Preprocessing Named(string name) => ForInception.FirstOrDefault(p => p.Name == name)
        ?? throw new PlaygroundException(
            $"There is no preprocessing '{name}' for an Inception network: it is one "
                + $"of {string.Join(", ", ForInception.Select(p => p.Name))}.");

    /// <summary>Prepares one picture; any number of threads may do so at once.</summary>
    /// <param name="pictures">Of any size; grey is repeated for three channels.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="input">[Channels, Size, Size], 0 to 255 or 0 to 254.</param>
    public void Prepare(PictureBatch pictures, int index, Span<float> input)
    {
        var pixels = pictures.Pixels.AsSpan(index * pictures.PictureSize, pictures.PictureSize);
        if (pictures.Channels == 3 && Channels == 1) pixels = Grey(pixels);
        var (given, plane) = (pixels.Length / (pictures.Height * pictures.Width), Size * Size);
        for (var c = 0; c < Channels; c++)
        {
            var channel = input.Slice(c * plane, plane);
            if (c >= given) input[..plane].CopyTo(channel);
            else Resize(pixels, pictures, given, c, channel);
        }
    }

    private void Resize(ReadOnlySpan<byte> pixels, PictureBatch picture, int channels, int channel, Span<float> result)
    {
        _resizer.Resize(pixels, picture.Height, picture.Width, channels, channel, result);
        if (_scale == 1 && !_clips) return;
        var top = _clips ? 255 : float.MaxValue;
        var at = 0;
        for (; at <= result.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            var values = new Vector<float>(result[at..]);
            (Vector.Min(Vector.Max(values, Vector<float>.Zero), new Vector<float>(top)) * _scale).CopyTo(result[at..]);
        }
        for (; at < result.Length; at++) result[at] = Math.Clamp(result[at], 0, top) * _scale;
    }

    // Pillow's weights for "L" (ITU-R BT.601), in its 16-bit fixed point.
    private static byte[] Grey(ReadOnlySpan<byte> rgb)
    {
        var grey = new byte[rgb.Length / 3];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)((rgb[3 * i] * 19595 + rgb[3 * i + 1] * 38470 + rgb[3 * i + 2] * 7471 + 0x8000) >> 16);
        return grey;
    }
}
