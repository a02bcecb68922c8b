using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>The functions that <c>act_fn</c> names.</summary>
internal static class Activation
{
    public static IReadOnlyList<string> Names { get; } = ["silu", "swish", "mish", "gelu", "relu"];

    public static bool IsKnown(string? name) => name is not null && Names.Contains(name.ToLowerInvariant());

    public static Func<Tensor, Tensor> Of(string name) => name.ToLowerInvariant() switch
    {
        "mish" => x => nn.functional.mish(x),
        "gelu" => x => x.gelu(),
        "relu" => x => x.relu(),
        _ => x => x.silu(),
    };

    public static bool IsSilu(string name) => name.ToLowerInvariant() is "silu" or "swish";

    /// <summary>The same, free to overwrite its input where no gradient is recorded.</summary>
    public static Func<Tensor, Tensor> Consuming(string name)
    {
        if (!IsSilu(name)) return Of(name);
        return x => is_grad_enabled() ? x.silu() : x.silu_();
    }
}
