using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// The arithmetic of convolutions and products on this thread: float32, or bfloat16 with weights kept, and norms, softmax and the sampler's
/// steps computed, in float32 (Micikevicius et al. 2018, "Mixed precision training", with the type that needs no loss scaling).
/// </summary>
public static class Precision
{
    public const string Float32 = "f32";
    public const string Bfloat16 = "bf16";

    [ThreadStatic] private static bool t_bfloat16;

    public static bool IsKnown(string name) => name is Float32 or Bfloat16;

    /// <summary>On this thread, until disposed: convolutions and products in bfloat16 when <paramref name="precision"/> says so.</summary>
    /// <exception cref="PlaygroundException">The precision is not known.</exception>
    public static IDisposable? Enter(string precision) => precision switch
    {
        Float32 => null,
        Bfloat16 => new Bfloat16Scope(),
        _ => throw new PlaygroundException($"precision '{precision}' is not known; use {Float32} or {Bfloat16}."),
    };

    /// <summary>The type that layers compute in on this thread.</summary>
    internal static ScalarType Type => t_bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The values in <see cref="Type"/>; the tensor itself where it is of that type.</summary>
    internal static Tensor Cast(Tensor x) => x.dtype == Type ? x : x.to(Type);

    private sealed class Bfloat16Scope : IDisposable
    {
        private readonly bool _before = t_bfloat16;

        public Bfloat16Scope() => t_bfloat16 = true;

        public void Dispose() => t_bfloat16 = _before;
    }
}
