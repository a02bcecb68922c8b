using System.Runtime.InteropServices;

namespace Playground.Vips;

/// <summary>A file in memory that libvips reads from; the bytes are copied, so that pictures may outlive the caller's array.</summary>
public sealed class VipsSource : SafeHandle
{
    private VipsSource(nint source)
        : base(0, ownsHandle: true) => SetHandle(source);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Takes a copy of a picture file's bytes.</summary>
    public static unsafe VipsSource FromBytes(ReadOnlySpan<byte> file)
    {
        VipsLibrary.EnsureStarted();
        nint blob;
        fixed (byte* data = file)
            blob = Native.BlobCopy(data, (nuint)file.Length);
        if (blob == 0)
            throw VipsLibrary.TakeError();
        try
        {
            return VipsLibrary.Check(new VipsSource(Native.SourceFromBlob(blob)));
        }
        finally
        {
            Native.AreaUnref(blob);
        }
    }

    /// <summary>The name of libvips's loader for these bytes, such as "VipsForeignLoadPngSource"; null when none reads them.</summary>
    public string? FindLoader()
    {
        var name = Marshal.PtrToStringUTF8(Native.FindLoader(this));
        if (name is null)
            Native.ErrorClear();
        return name;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Native.Unref(handle);
        return true;
    }
}
