using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Finds libonnxruntime beside the assembly, takes its function table, and turns a failed call into an exception.</summary>
internal static unsafe partial class OrtLibrary
{
    private const string Library = "onnxruntime";
    private static readonly Lazy<nint> s_api = new(Load);

    /// <exception cref="DllNotFoundException">The library is not beside the program, or is older than the binding.</exception>
    internal static OrtApi* Api => (OrtApi*)s_api.Value;

    internal static string VersionString => Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)Base()[1])())!;

    /// <summary>Throws what the runtime says, where it says anything; a status of zero is success.</summary>
    internal static void Check(nint status)
    {
        if (status == 0) return;
        var (code, message) = ((ErrorCode)Api->GetErrorCode(status), Text(Api->GetErrorMessage(status)));
        Api->ReleaseStatus(status);
        throw new OnnxRuntimeException(code, message);
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    /// <summary>Zero-terminated UTF-8.</summary>
    internal static byte[] Utf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>A string that the runtime made with its default allocator, which is freed.</summary>
    internal static string TakeText(byte* utf8)
    {
        var text = Text(utf8);
        Check(Api->AllocatorFree(DefaultAllocator(), utf8));
        return text;
    }

    /// <summary>The runtime's own; nobody frees it.</summary>
    internal static nint DefaultAllocator()
    {
        nint allocator;
        Check(Api->GetAllocatorWithDefaultOptions(&allocator));
        return allocator;
    }

    [LibraryImport(Library, EntryPoint = "OrtSessionOptionsAppendExecutionProvider_CUDA")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint AppendCuda(nint sessionOptions, int device);

    [LibraryImport(Library, EntryPoint = "OrtGetApiBase")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint GetApiBase();

    private static nint* Base()
    {
        _ = Api;
        return (nint*)GetApiBase();
    }

    private static nint Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(OrtLibrary).Assembly, Resolve);
        var api = ((delegate* unmanaged[Cdecl]<uint, nint>)((nint*)GetApiBase())[0])(OrtApi.Version);
        return api != 0 ? api : throw new DllNotFoundException($"This libonnxruntime does not know version {OrtApi.Version} of its interface: take 1.5 or later.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        var file = Directory.EnumerateFiles(AppContext.BaseDirectory, "libonnxruntime.so*").Order(StringComparer.Ordinal).LastOrDefault();
        return file is not null
            ? NativeLibrary.Load(file)
            : throw new DllNotFoundException($"libonnxruntime.so is not in {AppContext.BaseDirectory}: run 'npm ci' in the repository's root and build again.");
    }
}
