using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How much of the graph is rewritten before it runs.</summary>
public enum GraphOptimizationLevel
{
    /// <summary>Nothing.</summary>
    ORT_DISABLE_ALL = 0,

    /// <summary>Constants folded, needless nodes dropped.</summary>
    ORT_ENABLE_BASIC = 1,

    /// <summary>And nodes fused.</summary>
    ORT_ENABLE_EXTENDED = 2,

    /// <summary>And memory layouts changed to suit the processor.</summary>
    ORT_ENABLE_ALL = 99,
}

/// <summary>What a session is made with. Each setter throws <see cref="OnnxRuntimeException"/> where the runtime refuses.</summary>
public sealed unsafe class SessionOptions : SafeHandle
{
    /// <summary>The runtime's defaults.</summary>
    /// <exception cref="DllNotFoundException">libonnxruntime is not beside the program.</exception>
    public SessionOptions() : base(0, ownsHandle: true)
    {
        fixed (nint* options = &handle) OrtLibrary.Check(OrtLibrary.Api->CreateSessionOptions(options));
        _ = OrtEnv.Instance();
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>All, unless told.</summary>
    public GraphOptimizationLevel GraphOptimizationLevel
    {
        get;
        set => Set(OrtLibrary.Api->SetSessionGraphOptimizationLevel, (int)(field = value));
    } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>Threads that share one node's work; 0, the default: as many as there are cores.</summary>
    public int IntraOpNumThreads
    {
        get;
        set => Set(OrtLibrary.Api->SetIntraOpNumThreads, field = value);
    }

    /// <summary>Threads that run different nodes at once, in the parallel mode; 0: as many as there are cores.</summary>
    public int InterOpNumThreads
    {
        get;
        set => Set(OrtLibrary.Api->SetInterOpNumThreads, field = value);
    }

    /// <summary>Whether memory is planned from the shapes of the first run; true unless told. Of no use where shapes change.</summary>
    public bool EnableMemoryPattern
    {
        get;
        set => Set((field = value) ? OrtLibrary.Api->EnableMemPattern : OrtLibrary.Api->DisableMemPattern);
    } = true;

    /// <summary>Whether memory is kept for the next run; true unless told.</summary>
    public bool EnableCpuMemArena
    {
        get;
        set => Set((field = value) ? OrtLibrary.Api->EnableCpuMemArena : OrtLibrary.Api->DisableCpuMemArena);
    } = true;

    /// <summary>Sets one of the entries of onnxruntime_session_options_config_keys.h, such as session.intra_op.allow_spinning.</summary>
    public void AddSessionConfigEntry(string configKey, string configValue)
    {
        using var options = new OrtHandle(this);
        fixed (byte* key = OrtLibrary.Utf8(configKey))
        fixed (byte* value = OrtLibrary.Utf8(configValue)) OrtLibrary.Check(OrtLibrary.Api->AddSessionConfigEntry(options.Pointer, key, value));
    }

    /// <summary>Computes on a CUDA device what it can; the rest stays on the processor.</summary>
    /// <param name="deviceId">0 is the first.</param>
    /// <exception cref="OnnxRuntimeException">The library was built without CUDA, or CUDA does not start.</exception>
    public void AppendExecutionProvider_CUDA(int deviceId = 0)
    {
        using var options = new OrtHandle(this);
        OrtLibrary.Check(OrtLibrary.AppendCuda(options.Pointer, deviceId));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtLibrary.Api->ReleaseSessionOptions(handle);
        return true;
    }

    private void Set(delegate* unmanaged[Cdecl]<nint, int, nint> setter, int value)
    {
        using var options = new OrtHandle(this);
        OrtLibrary.Check(setter(options.Pointer, value));
    }

    private void Set(delegate* unmanaged[Cdecl]<nint, nint> setter)
    {
        using var options = new OrtHandle(this);
        OrtLibrary.Check(setter(options.Pointer));
    }
}
