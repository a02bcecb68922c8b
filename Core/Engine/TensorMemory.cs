namespace Playground.Core.Engine;

/// <summary>How much memory tensors take while something runs. Only one at a time in a process.</summary>
public sealed class TensorMemory
{
#if ENGINE_SYSTEM
    private readonly long _before;

    public TensorMemory()
    {
        TorchSharp.EngineExtensions.ResetMemoryPeak();
        _before = TorchSharp.EngineExtensions.MemoryUsed;
    }

    /// <summary>The most bytes since this was made, beyond what there was; null where the engine cannot tell, as on a GPU.</summary>
    public long? Peak => TorchEngine.DefaultDevice.type == TorchSharp.DeviceType.CPU ? TorchSharp.EngineExtensions.MemoryPeak - _before : null;
#else
    public long? Peak => null;
#endif

    /// <summary>Gives back to the system what is kept of freed tensors; worth its time where a large piece of work has ended.</summary>
    public static void Trim()
    {
#if ENGINE_SYSTEM
        TorchSharp.EngineExtensions.TrimMemory();
#endif
    }
}
