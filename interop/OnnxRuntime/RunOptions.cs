using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What one run, or several, are made with.</summary>
public sealed unsafe class RunOptions : SafeHandle
{
    /// <summary>The runtime's defaults.</summary>
    public RunOptions() : base(0, ownsHandle: true)
    {
        fixed (nint* options = &handle) OrtLibrary.Check(OrtLibrary.Api->CreateRunOptions(options));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Set from any thread, it ends every run that uses these options, soon and with an <see cref="OnnxRuntimeException"/>.</summary>
    public bool Terminate
    {
        get;
        set
        {
            using var options = new OrtHandle(this);
            OrtLibrary.Check(value ? OrtLibrary.Api->RunOptionsSetTerminate(options.Pointer) : OrtLibrary.Api->RunOptionsUnsetTerminate(options.Pointer));
            field = value;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtLibrary.Api->ReleaseRunOptions(handle);
        return true;
    }
}
