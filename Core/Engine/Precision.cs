using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>The arithmetic that a run uses, and what else TorchSharp's API lacks; every item has a plain fall-back.</summary>
public static class Precision
{
    public const string Float32 = "f32";
    public const string Bfloat16 = "bf16";

    public static bool IsKnown(string name) => name is Float32 or Bfloat16;

    /// <summary>
    /// On this thread, until disposed: convolutions and products in bfloat16 when <paramref name="precision"/> says so.
    /// With the official packages, which have no autocast, the run stays in float32.
    /// </summary>
    public static IDisposable? Enter(string precision, Device device) => precision switch
    {
        Float32 => null,
#if ENGINE_SYSTEM
        Bfloat16 => new Bfloat16Scope(device),
#else
        Bfloat16 => null,
#endif
        _ => throw new PlaygroundException($"precision '{precision}' is not known; use {Float32} or {Bfloat16}."),
    };

#if ENGINE_SYSTEM
    [ThreadStatic] private static bool t_bfloat16;

    private sealed class Bfloat16Scope : IDisposable
    {
        private readonly IDisposable _autocast;

        public Bfloat16Scope(Device device)
        {
            _autocast = TorchSharp.EngineExtensions.BeginAutocast(device.type, ScalarType.BFloat16);
            t_bfloat16 = true;
        }

        public void Dispose()
        {
            t_bfloat16 = false;
            _autocast.Dispose();
        }
    }

    /// <summary>Whether this thread now computes convolutions and products in bfloat16.</summary>
    internal static bool IsBfloat16 => t_bfloat16;
#endif

    /// <summary>The same [N, C, H, W] values laid out channels last, which convolutions prefer.</summary>
    public static Tensor ChannelsLast(Tensor x) =>
#if ENGINE_SYSTEM
        TorchSharp.EngineExtensions.ChannelsLast(x);
#else
        x;
#endif

#if ENGINE_SYSTEM
    internal static string Binding => "system";

    internal static string LibtorchVersion => TorchSharp.EngineExtensions.LibtorchVersion;

    internal static string ParallelInfo => TorchSharp.EngineExtensions.ParallelInfo;
#else
    internal static string Binding => "TorchSharp";

    internal static string LibtorchVersion => "";

    internal static string ParallelInfo => "";
#endif
}
