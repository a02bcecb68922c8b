using System.Runtime.InteropServices;

namespace Playground.Vips;

/// <summary>
/// libvips's C functions. The variadic ones are declared with the arguments they are called with, which the x86-64 and arm64 Linux
/// conventions allow while none of those is a floating-point number; the last is always the NULL that ends the list.
/// </summary>
internal static unsafe partial class Native
{
    internal const string Library = "vips-cpp";
    internal const int LogWarningsAndBelow = 0xF0; // G_LOG_LEVEL_WARNING, MESSAGE, INFO, DEBUG

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string program);

    [LibraryImport(Library, EntryPoint = "vips_version_string")]
    internal static partial nint VersionString();

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    internal static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    internal static partial void SetCacheMax(int operations);

    [LibraryImport(Library, EntryPoint = "vips_block_untrusted_set")]
    internal static partial void BlockUntrusted(int block);

    [LibraryImport(Library, EntryPoint = "vips_error_buffer")]
    internal static partial nint ErrorBuffer();

    [LibraryImport(Library, EntryPoint = "vips_error_clear")]
    internal static partial void ErrorClear();

    [LibraryImport(Library, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint SetLogHandler(
        string domain, int levels, delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler, nint data);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint instance);

    [LibraryImport(Library, EntryPoint = "g_free")]
    internal static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "vips_area_unref")]
    internal static partial void AreaUnref(nint area);

    [LibraryImport(Library, EntryPoint = "vips_blob_copy")]
    internal static partial nint BlobCopy(byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_source_new_from_blob")]
    internal static partial nint SourceFromBlob(nint blob);

    [LibraryImport(Library, EntryPoint = "vips_foreign_find_load_source")]
    internal static partial nint FindLoader(VipsSource source);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_source", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial VipsImage Open(VipsSource source, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_thumbnail_source", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Thumbnail(
        VipsSource source, out VipsImage image, int width, string height, int heightValue,
        string fit, int fitValue, string optionName, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory_copy")]
    internal static partial VipsImage FromMemory(byte* pixels, nuint length, int width, int height, int bands, int format);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    internal static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    internal static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    internal static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    internal static partial int HasAlpha(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint TypeOf(VipsImage image, string name);

    [LibraryImport(Library, EntryPoint = "vips_image_set_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetString(VipsImage image, string name, string value);

    [LibraryImport(Library, EntryPoint = "vips_image_get_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetString(VipsImage image, string name, out nint value);

    [LibraryImport(Library, EntryPoint = "vips_image_get_fields")]
    internal static partial nint Fields(VipsImage image);

    [LibraryImport(Library, EntryPoint = "g_strfreev")]
    internal static partial void FreeStrings(nint strings);

    [LibraryImport(Library, EntryPoint = "vips_autorot")]
    internal static partial int AutoRotate(VipsImage image, out VipsImage result, nint end);

    [LibraryImport(Library, EntryPoint = "vips_icc_transform", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int IccTransform(VipsImage image, out VipsImage result, string profile, string embedded, int embeddedValue, nint end);

    [LibraryImport(Library, EntryPoint = "vips_colourspace")]
    internal static partial int ColourSpace(VipsImage image, out VipsImage result, int space, nint end);

    [LibraryImport(Library, EntryPoint = "vips_flatten", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Flatten(VipsImage image, out VipsImage result, string background, nint backgroundValue, nint end);

    [LibraryImport(Library, EntryPoint = "vips_array_double_new")]
    internal static partial nint ArrayOfDoubles(double* values, int count);

    [LibraryImport(Library, EntryPoint = "vips_cast")]
    internal static partial int Cast(VipsImage image, out VipsImage result, int format, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    internal static partial nint WriteToMemory(VipsImage image, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_buffer", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int WriteToBuffer(VipsImage image, string suffix, out nint buffer, out nuint length, nint end);
}
