using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>The process's one environment; it logs errors to standard error, and nothing below.</summary>
public sealed unsafe class OrtEnv : SafeHandle
{
    private const int Errors = 3;
    private static readonly Lazy<OrtEnv> s_instance = new(() => new OrtEnv());

    private OrtEnv() : base(0, ownsHandle: true)
    {
        fixed (byte* name = "playground\0"u8)
        fixed (nint* env = &handle) OrtLibrary.Check(OrtLibrary.Api->CreateEnv(Errors, name, env));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The environment, made at the first call.</summary>
    /// <exception cref="DllNotFoundException">libonnxruntime is not beside the program.</exception>
    public static OrtEnv Instance() => s_instance.Value;

    /// <summary>The runtime's version, such as "1.30.0".</summary>
    public string GetVersionString() => OrtLibrary.VersionString;

    /// <summary>The execution providers that the library was built with, such as "CPUExecutionProvider".</summary>
    public string[] GetAvailableProviders()
    {
        byte** names;
        int count;
        OrtLibrary.Check(OrtLibrary.Api->GetAvailableProviders(&names, &count));
        var providers = new string[count];
        for (var i = 0; i < count; i++) providers[i] = OrtLibrary.Text(names[i]);
        OrtLibrary.Check(OrtLibrary.Api->ReleaseAvailableProviders(names, count));
        return providers;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtLibrary.Api->ReleaseEnv(handle);
        return true;
    }
}
