using System.Text.Json;
using Playground.Core.Models.Lora;
using static TorchSharp.torch;

namespace Playground.Core.Checkpoints;

/// <summary>
/// An adapter alone, as diffusers and PEFT write it: tensors <c>unet.LAYER.lora_A.weight</c> and <c>unet.LAYER.lora_B.weight</c>, and
/// rank, α and layers under <c>lora_adapter_metadata</c>.
/// </summary>
public static class LoraFile
{
    /// <summary>The name that diffusers looks for.</summary>
    public const string Name = "pytorch_lora_weights.safetensors";

    private const string Prefix = "unet.", Metadata = "lora_adapter_metadata";

    internal static void Write(string path, IReadOnlyDictionary<string, Tensor> adapters, LoraOptions options, IEnumerable<string> targets)
        => SafetensorsFile.Write(path, adapters.ToDictionary(a => Prefix + a.Key, a => a.Value), new Dictionary<string, string>
        {
            ["format"] = "pt",
            [Metadata] = JsonSerializer.Serialize(new Dictionary<string, object>
            {
                [Prefix + "r"] = options.Rank,
                [Prefix + "lora_alpha"] = options.Alpha,
                [Prefix + "target_modules"] = targets.ToArray(),
            }),
        });

    /// <summary>
    /// The same with α/r multiplied into B and α = r, so that readers that know nothing of α apply at strength 1 what was trained.
    /// </summary>
    internal static void WriteScaled(string path, IReadOnlyDictionary<string, Tensor> adapters, LoraOptions options,
        IEnumerable<string> targets)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Write(path, adapters.ToDictionary(a => a.Key, a => a.Key.EndsWith(".lora_B.weight", StringComparison.Ordinal)
            ? a.Value.detach() * options.Scale : a.Value), options with { Alpha = options.Rank }, targets);
    }

    /// <summary>The adapters by name, without the prefix, and their rank and α. The caller's dispose scope owns the tensors.</summary>
    /// <exception cref="PlaygroundException">The file is no adapter.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Adapters, LoraOptions Options) Read(string path)
    {
        try
        {
            using var metadata = JsonDocument.Parse(SafetensorsFile.ReadHeader(path).Metadata[Metadata]);
            var options = new LoraOptions(metadata.RootElement.GetProperty(Prefix + "r").GetInt32(),
                metadata.RootElement.GetProperty(Prefix + "lora_alpha").GetDouble());
            options.Validate();
            return (SafetensorsFile.Read(path).ToDictionary(t => t.Key.StartsWith(Prefix, StringComparison.Ordinal)
                ? t.Key[Prefix.Length..]
                : t.Key, t => t.Value), options);
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or InvalidOperationException or FormatException)
        {
            throw new PlaygroundException($"'{Path.GetFileName(path)}' does not say the rank and alpha of its adapters "
                + $"under '{Metadata}'; save it with diffusers 0.34 or later, or with this program.", e);
        }
    }
}
