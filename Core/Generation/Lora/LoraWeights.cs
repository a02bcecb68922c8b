using System.Text.Json;
using Playground.Core.Checkpoints;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Generation.Lora;

/// <summary>The change of one layer: W + strength · scale · up · down.</summary>
/// <param name="Layer">The layer's own name.</param>
/// <param name="IsText">Whether it is of the text encoder, and not of the U-Net.</param>
/// <param name="Scale">α/r.</param>
internal sealed record LoraChange(string Layer, bool IsText, SafetensorsEntry Down, SafetensorsEntry Up, double Scale);

/// <summary>
/// The changes in a LoRA file for a model of Stable Diffusion (Hu et al. 2021), in any of the forms that are about: kohya's, PEFT's, and
/// the two that diffusers wrote before.
/// </summary>
internal sealed class LoraWeights
{
    private const string Metadata = "lora_adapter_metadata";

    private static readonly (string Suffix, string Role)[] s_suffixes =
    [
        (".lora_down.weight", "down"), (".lora_up.weight", "up"), (".lora_A.weight", "down"), (".lora_B.weight", "up"),
        (".lora_A.default.weight", "down"), (".lora_B.default.weight", "up"), (".lora.down.weight", "down"), (".lora.up.weight", "up"),
        (".lora_linear_layer.down.weight", "down"), (".lora_linear_layer.up.weight", "up"), ("_lora.down.weight", "down"),
        ("_lora.up.weight", "up"), (".alpha", "alpha"),
    ];

    private static readonly (string Piece, string Title)[] s_others = [("hada_", "LoHa"), ("lokr_", "LoKr"),
        ("lora_mid", "a LoRA by Tucker's "
        + "decomposition"), ("dora_scale", "DoRA"), ("oft_", "OFT"), ("glora", "GLoRA")];

    private LoraWeights(string path, IReadOnlyList<LoraChange> changes, IReadOnlyList<string> unmatched)
        => (Path, Changes, Unmatched) = (path, changes, unmatched);

    public string Path { get; }

    public IReadOnlyList<LoraChange> Changes { get; }

    /// <summary>Tensors that belong to no layer of the model.</summary>
    public IReadOnlyList<string> Unmatched { get; }

    /// <summary>The header of a file that is a LoRA of a form that can be used, for whatever model.</summary>
    /// <exception cref="PlaygroundException">It is no LoRA, or of another form.</exception>
    public static SafetensorsHeader HeaderOf(string path)
    {
        var file = System.IO.Path.GetFileName(path);
        if (!File.Exists(path)) throw new PlaygroundException($"The LoRA '{path}' does not exist.");
        if (ModelFiles.IsPickled(file)) throw new PlaygroundException(ModelFiles.PickledSentence(file));
        var header = SafetensorsFile.ReadHeader(path);
        foreach (var (piece, title) in s_others)
        {
            if (header.Entries.Any(e => e.Name.Contains(piece, StringComparison.Ordinal)))
                throw new PlaygroundException(
                    $"'{file}' is {title}, which is not supported. Use a LoRA as kohya's scripts, PEFT or diffusers "
                    + "write it.");
        }
        if (header.Entries.Any(e => e.Name.StartsWith("lora_te2_", StringComparison.Ordinal)
            || e.Name.StartsWith("text_encoder_2.", StringComparison.Ordinal)))
            throw new PlaygroundException(
                $"The LoRA '{file}' is for Stable Diffusion XL. Use one for this model's kind, Stable Diffusion 1 "
                + "or 2.");
        if (!header.Entries.Any(e => s_suffixes.Any(s => s.Role != "alpha" && e.Name.EndsWith(s.Suffix, StringComparison.Ordinal))))
            throw new PlaygroundException($"'{file}' is no LoRA: none of its {header.Entries.Count} tensors is named as one. Use a LoRA as "
                + "kohya's scripts, PEFT or diffusers write it.");
        return header;
    }

    /// <exception cref="PlaygroundException">It is no LoRA, of another form, or none of it fits the model.</exception>
    public static LoraWeights Open(string path, UNet2DConditionModel unet, nn.Module text)
    {
        var (file, header) = (System.IO.Path.GetFileName(path), HeaderOf(path));
        var layers = Layers(unet, text);
        var parts = new Dictionary<(string, bool), Dictionary<string, SafetensorsEntry>>();
        var unmatched = new List<string>();
        foreach (var entry in header.Entries)
        {
            var (suffix, role) = s_suffixes.FirstOrDefault(s => entry.Name.EndsWith(s.Suffix, StringComparison.Ordinal));
            if (suffix is null || Find(layers, entry.Name[..^suffix.Length], suffix.StartsWith('_')) is not { } layer)
            {
                unmatched.Add(entry.Name);
                continue;
            }
            if (!parts.TryGetValue(layer, out var part)) parts[layer] = part = [];
            part[role] = entry;
        }
        var alphas = Alphas(header);
        using var reader = new SafetensorsReader(path);
        var changes = new List<LoraChange>();
        foreach (var ((layer, isText), part) in parts)
        {
            if (!part.TryGetValue("down", out var down) || !part.TryGetValue("up", out var up))
            {
                unmatched.AddRange(part.Values.Select(p => p.Name));
                continue;
            }
            Check(file, layer, (isText ? text : unet).get_parameter(layer + ".weight")!.shape, down.Shape, up.Shape);
            changes.Add(new LoraChange(layer, isText, down, up, ScaleOf(reader, part, alphas(isText, layer), down.Shape[0])));
        }
        if (changes.Count == 0)
            throw new PlaygroundException($"The LoRA '{file}' is for another model, or no LoRA: none of its {header.Entries.Count} tensors "
                + "belongs to a layer of this one.");
        return new LoraWeights(path, changes, unmatched);
    }

    // Without an alpha, or with 0, the scale is 1.
    private static double ScaleOf(SafetensorsReader reader, Dictionary<string, SafetensorsEntry> part, double? fromMetadata, long rank)
    {
        using var scope = NewDisposeScope();
        var alpha = part.TryGetValue("alpha", out var entry) && entry.Count == 1
            ? reader.Read(entry).to(ScalarType.Float32).reshape(1)[0].item<float>()
            : fromMetadata;
        return alpha is { } a && a != 0 && double.IsFinite(a) ? a / rank : 1;
    }

    private static void Check(string file, string layer, long[] weight, long[] down, long[] up)
    {
        var fits = down.Length >= 2 && up.Length >= 2 && up[1] == down[0] && up[0] == weight[0]
            && Numbers(down[1..]) == Numbers(weight[1..]) && Numbers(up[2..]) == 1;
        if (!fits)
            throw new PlaygroundException($"The LoRA '{file}' is for another model: '{layer}' is [{string.Join(", ", weight)}] here, "
            + $"and it changes one of [{up[0]}, {string.Join(", ", down.Skip(1))}].");

        static long Numbers(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
    }

    // PEFT's settings, where newer files state them: (is of the text, layer) → α, to be divided by the layer's own rank.
    private static Func<bool, string, double?> Alphas(SafetensorsHeader header)
    {
        if (!header.Metadata.TryGetValue(Metadata, out var text)) return (_, _) => null;
        try
        {
            using var json = JsonDocument.Parse(text);
            var all = json.RootElement.Clone();
            return (isText, layer) =>
            {
                var prefix = isText ? "text_encoder." : "unet.";
                if (all.TryGetProperty(prefix + "alpha_pattern", out var pattern) && pattern.ValueKind == JsonValueKind.Object)
                {
                    foreach (var item in pattern.EnumerateObject())
                        if (layer == item.Name || layer.EndsWith("." + item.Name, StringComparison.Ordinal)) return item.Value.GetDouble();
                }
                return all.TryGetProperty(prefix + "lora_alpha", out var alpha) ? alpha.GetDouble() : null;
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return (_, _) => null;
        }
    }

    private static (string, bool)? Find(Dictionary<string, (string, bool)> layers, string name, bool isOldest)
    {
        if (isOldest)
        {
            // …attn1.processor.to_q and …self_attn.to_q
            name = name.Replace(".processor.", ".", StringComparison.Ordinal);
            if (name.EndsWith(".to_out", StringComparison.Ordinal) && !name.Contains("self_attn", StringComparison.Ordinal)) name += ".0";
            if (name.Contains("self_attn", StringComparison.Ordinal))
            {
                foreach (var (old, now) in new[] { (".to_q", ".q_proj"), (".to_k", ".k_proj"), (".to_v", ".v_proj"),
                    (".to_out", ".out_proj") })
                    if (name.EndsWith(old, StringComparison.Ordinal)) name = name[..^old.Length] + now;
            }
        }
        return layers.TryGetValue(name, out var layer) ? layer : null;
    }

    // Underscores are ambiguous, so that no name is taken apart: those of the model's layers are written in every form instead.
    private static Dictionary<string, (string, bool)> Layers(UNet2DConditionModel unet, nn.Module text)
    {
        var layers = new Dictionary<string, (string, bool)>();
        var config = unet.Config;
        foreach (var layer in Weighted(unet))
        {
            var value = (layer, false);
            layers["unet." + layer] = layers[layer] = value;
            layers["lora_unet_" + layer.Replace('.', '_')] = value;
            var old = SingleFileNames.UNet(layer + ".", config.LayersPerBlock, i => config.UpBlockTypes[i].StartsWith("Cross",
                StringComparison.Ordinal)).TrimEnd('.');
            layers["lora_unet_" + old.Replace('.', '_')] = value;
        }
        foreach (var layer in Weighted(text))
        {
            var value = (layer, true);
            var bare = layer["text_model.".Length..];
            layers["text_encoder." + layer] = layers["text_encoder." + bare] = value;
            layers["lora_te_" + layer.Replace('.', '_')] = layers["lora_te1_" + layer.Replace('.', '_')] = value;
        }
        return layers;
    }

    // Layers with a matrix; norms and tables of positions are not changed by rank.
    private static IEnumerable<string> Weighted(nn.Module network) => network.named_parameters()
        .Where(p => p.name.EndsWith(".weight", StringComparison.Ordinal) && p.parameter.Dimensions >= 2)
        .Select(p => p.name[..^".weight".Length]);
}
