using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Where a tensor lies.</summary>
public sealed unsafe class OrtMemoryInfo : SafeHandle
{
    private const int ArenaAllocator = 1, DefaultMemory = 0;
    private static readonly Lazy<OrtMemoryInfo> s_default = new(() => new OrtMemoryInfo());

    private OrtMemoryInfo() : base(0, ownsHandle: true)
    {
        fixed (nint* info = &handle) OrtLibrary.Check(OrtLibrary.Api->CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, info));
    }

    /// <summary>The processor's memory.</summary>
    public static OrtMemoryInfo DefaultInstance => s_default.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtLibrary.Api->ReleaseMemoryInfo(handle);
        return true;
    }
}
