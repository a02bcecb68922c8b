using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models.Lora;

/// <summary>
/// Low-rank changes of a U-Net's attention projections, and of its convolutions where it is one of images alone; the network's own
/// weights are frozen. While attached, the network answers with them. Names are PEFT's: <c>LAYER.lora_A.weight</c>,
/// <c>LAYER.lora_B.weight</c>.
/// </summary>
internal sealed class LoraAdapters : IDisposable
{
    private static readonly string[] s_projections = ["to_q", "to_k", "to_v", "to_out.0"];
    private readonly List<LoraLayer> _layers = [];

    /// <param name="network">Already on <paramref name="device"/>.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="random">Where A is drawn from; on the CPU.</param>
    /// <param name="device">Where the adapters live.</param>
    public LoraAdapters(UNet2D network, LoraOptions options, Generator random, Device device)
        : this(network, options, random, device, convolutions: true)
    {
    }

    private LoraAdapters(nn.Module network, LoraOptions options, Generator random, Device device, bool convolutions)
    {
        options.Validate();
        Options = options;
        // Layers that keep what they made of their weights do not ask for adapters.
        if (network is UNet2D pixels) pixels.IsFrozen = false;
        if (network is UNet2DConditionModel latents) latents.IsFrozen = false;
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        foreach (var (name, layer) in Layers("", network))
        {
            if (layer is Conv2d convolution)
            {
                if (convolutions) _layers.Add(LoraLayer.Attach(name, convolution, options, random, device));
            }
            else if (layer is Linear linear && s_projections.Any(p => name.EndsWith("." + p, StringComparison.Ordinal)))
            {
                _layers.Add(LoraLayer.Attach(name, linear, options, random, device));
            }
        }
    }

    /// <summary>Adapters of the attention's projections alone, as is usual for models that read text.</summary>
    /// <param name="network">Already on <paramref name="device"/>.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="random">Where A is drawn from; on the CPU.</param>
    /// <param name="device">Where the adapters live.</param>
    public static LoraAdapters OfAttention(UNet2DConditionModel network, LoraOptions options, Generator random, Device device)
        => new(network, options, random, device, convolutions: false);

    public LoraOptions Options { get; }

    /// <summary>The names of the layers that are changed.</summary>
    public IEnumerable<string> Targets => _layers.Select(l => l.Name);

    /// <summary>What is trained.</summary>
    public IEnumerable<(string name, Parameter parameter)> Parameters
        => _layers.SelectMany(l => new[] { ($"{l.Name}.lora_A.weight", l.A), ($"{l.Name}.lora_B.weight", l.B) });

    /// <summary>
    /// W + (α/r)·B·A for every layer that has both; the other weights as they are. The caller's dispose scope owns what is new.
    /// </summary>
    /// <param name="weights">The network's own, by name.</param>
    /// <param name="adapters">A and B, by <see cref="Parameters"/>' names.</param>
    /// <param name="options">Gives α/r.</param>
    public static IReadOnlyDictionary<string, Tensor> Merge(IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> adapters, LoraOptions options)
    {
        using var guard = no_grad();
        var merged = new Dictionary<string, Tensor>(weights);
        foreach (var (name, b) in adapters)
        {
            if (!name.EndsWith(".lora_B.weight", StringComparison.Ordinal)) continue;
            var layer = name[..^".lora_B.weight".Length];
            var a = adapters[$"{layer}.lora_A.weight"];
            var weight = weights[$"{layer}.weight"];
            merged[$"{layer}.weight"] = weight + b.flatten(1).matmul(a.flatten(1)).reshape(weight.shape) * options.Scale;
        }
        return merged;
    }

    private static IEnumerable<(string Name, nn.Module Layer)> Layers(string prefix, nn.Module module)
    {
        foreach (var (name, child) in module.named_children())
        {
            yield return (prefix + name, child);
            foreach (var below in Layers($"{prefix}{name}.", child)) yield return below;
        }
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
    }
}
