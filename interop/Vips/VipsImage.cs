using System.Runtime.InteropServices;

namespace Playground.Vips;

/// <summary>
/// A libvips image: a recipe that is evaluated when its pixels are asked for. Every operation returns a new image that keeps what
/// it needs alive, so that each may be disposed on its own. All but the header reading throw <see cref="VipsException"/>.
/// </summary>
public sealed class VipsImage : SafeHandle
{
    private const int Uchar = 0;
    private const int CropCentre = 1;
    private const int SizeBoth = 0, SizeForce = 3;
    private const string StrictOptions = "[fail-on=error]";

    /// <summary>Made by the marshaller only.</summary>
    public VipsImage()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Width in pixels.</summary>
    public int Width => Native.Width(this);

    /// <summary>Height in pixels; of the first frame for an animation.</summary>
    public int Height => Native.Height(this);

    /// <summary>Channels, alpha included.</summary>
    public int Bands => Native.Bands(this);

    /// <summary>Whether the last channel is alpha.</summary>
    public bool HasAlpha => Native.HasAlpha(this) != 0;

    /// <summary>Whether the file carries an ICC profile.</summary>
    public bool HasProfile => Native.TypeOf(this, "icc-profile-data") != 0;

    /// <summary>Reads a picture's header; no pixel is decoded until the pixels are asked for.</summary>
    public static VipsImage Open(VipsSource source) => VipsLibrary.Check(Native.Open(source, StrictOptions, 0));

    /// <summary>Shrinks while decoding, turns upright by EXIF, and crops the centre so that the picture is exactly that size.</summary>
    public static VipsImage Thumbnail(VipsSource source, int width, int height)
    {
        VipsLibrary.Check(
            Native.Thumbnail(source, out var image, width, "height", height, "crop", CropCentre, "option-string", StrictOptions, 0));
        return image;
    }

    /// <summary>Shrinks while decoding and turns upright by EXIF, so that the whole picture fits that size; its proportions stay.</summary>
    public static VipsImage FitInside(VipsSource source, int width, int height) => Resize(source, width, height, SizeBoth);

    /// <summary>Shrinks while decoding and turns upright by EXIF, to exactly that size; its proportions do not stay.</summary>
    public static VipsImage Stretch(VipsSource source, int width, int height) => Resize(source, width, height, SizeForce);

    /// <summary>An image over a copy of interleaved bytes [height, width, bands].</summary>
    public static unsafe VipsImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, int bands)
    {
        if (pixels.Length != (long)width * height * bands)
            throw new ArgumentException($"{pixels.Length} bytes are not {height} x {width} x {bands} pixels.", nameof(pixels));
        VipsLibrary.EnsureStarted();
        fixed (byte* data = pixels)
            return VipsLibrary.Check(Native.FromMemory(data, (nuint)pixels.Length, width, height, bands, Uchar));
    }

    /// <summary>Turns the picture upright as its EXIF orientation says.</summary>
    public VipsImage AutoRotate()
    {
        VipsLibrary.Check(Native.AutoRotate(this, out var result, 0));
        return result;
    }

    /// <summary>Converts from the embedded ICC profile to sRGB.</summary>
    public VipsImage ProfileToSrgb()
    {
        VipsLibrary.Check(Native.IccTransform(this, out var result, "srgb", "embedded", 1, 0));
        return result;
    }

    /// <summary>Converts to a colour space with 8 bits a channel.</summary>
    public VipsImage ToColourSpace(VipsColourSpace space)
    {
        VipsLibrary.Check(Native.ColourSpace(this, out var result, (int)space, 0));
        return result;
    }

    /// <summary>Lays the picture over one colour and drops the alpha channel.</summary>
    /// <param name="background">The same value for every channel, in the image's own range (0..255 for bytes).</param>
    public unsafe VipsImage Flatten(double background)
    {
        var array = Native.ArrayOfDoubles(&background, 1);
        try
        {
            VipsLibrary.Check(Native.Flatten(this, out var result, "background", array, 0));
            return result;
        }
        finally
        {
            Native.AreaUnref(array);
        }
    }

    /// <summary>Casts every channel to a byte, clipping.</summary>
    public VipsImage ToBytes()
    {
        VipsLibrary.Check(Native.Cast(this, out var result, Uchar, 0));
        return result;
    }

    /// <summary>Attaches or replaces a string of metadata. Call it on an image that nobody else uses.</summary>
    public void SetText(string name, string value) => Native.SetString(this, name, value);

    /// <summary>The names of all metadata.</summary>
    public IReadOnlyList<string> Fields()
    {
        var fields = Native.Fields(this);
        var names = new List<string>();
        for (var offset = 0; Marshal.ReadIntPtr(fields, offset) is var name && name != 0; offset += nint.Size)
            names.Add(Marshal.PtrToStringUTF8(name)!);
        Native.FreeStrings(fields);
        return names;
    }

    /// <summary>A string of metadata.</summary>
    public string GetText(string name)
    {
        VipsLibrary.Check(Native.GetString(this, name, out var value));
        return Marshal.PtrToStringUTF8(value) ?? "";
    }

    /// <summary>Evaluates the picture: interleaved bytes [height, width, bands]. The image must hold bytes.</summary>
    public byte[] ToPixels() => Take(Native.WriteToMemory(this, out var length), length);

    /// <summary>Encodes the picture; <paramref name="suffix"/> names the format and its options: ".png[compression=1]".</summary>
    public byte[] Encode(string suffix)
    {
        VipsLibrary.Check(Native.WriteToBuffer(this, suffix, out var buffer, out var length, 0));
        return Take(buffer, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Native.Unref(handle);
        return true;
    }

    private static VipsImage Resize(VipsSource source, int width, int height, int size)
    {
        VipsLibrary.Check(Native.Thumbnail(source, out var image, width, "height", height, "size", size, "option-string", StrictOptions, 0));
        return image;
    }

    private static byte[] Take(nint buffer, nuint length)
    {
        if (buffer == 0)
            throw VipsLibrary.TakeError();
        var bytes = new byte[length];
        Marshal.Copy(buffer, bytes, 0, bytes.Length);
        Native.Free(buffer);
        return bytes;
    }
}
