using System.Globalization;
using System.Text.RegularExpressions;
using Playground.Core.Checkpoints;

namespace Playground.Core.Checkpoints;

/// <summary>From diffusers' names of tensors to those of the original program, which single files have.</summary>
internal static partial class SingleFileNames
{
    private static readonly (string New, string Old)[] s_resnet = [("norm1.", "in_layers.0."), ("conv1.", "in_layers.2."),
        ("time_emb_proj.", "emb_layers.1."), ("norm2.", "out_layers.0."), ("conv2.", "out_layers.3."),
        ("conv_shortcut.", "skip_connection.")];

    private static readonly (string New, string Old)[] s_unet = [("time_embedding.linear_1.", "time_embed.0."),
        ("time_embedding.linear_2.", "time_embed.2."), ("conv_in.", "input_blocks.0.0."), ("conv_norm_out.", "out.0."),
        ("conv_out.", "out.2.")];

    private static readonly (string New, string Old)[] s_attention = [("group_norm.", "norm."), ("to_q.", "q."), ("to_k.", "k."),
        ("to_v.", "v."), ("to_out.0.", "proj_out.")];

    private static readonly (string New, string Old)[] s_openClip = [("text_model.embeddings.token_embedding.weight",
        "token_embedding.weight"), ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
        ("text_model.final_layer_norm.", "ln_final."), ("text_model.encoder.layers.", "transformer.resblocks."),
        ("layer_norm1.", "ln_1."), ("layer_norm2.", "ln_2."), ("mlp.fc1.", "mlp.c_fc."), ("mlp.fc2.", "mlp.c_proj."),
        ("self_attn.out_proj.", "attn.out_proj.")];

    /// <param name="name">A tensor of the U-Net.</param>
    /// <param name="layers">Residual blocks of a resolution on the way down.</param>
    /// <param name="attends">Whether the resolution of an up block, counted from the coarsest, has transformers.</param>
    public static string UNet(string name, int layers, Func<int, bool> attends)
    {
        foreach (var (now, old) in s_unet)
            if (name.StartsWith(now, StringComparison.Ordinal)) return old + name[now.Length..];
        var match = BlockPattern().Match(name);
        if (!match.Success) return name;
        var (block, part, index, rest) = (match.Groups[2].Value, match.Groups[3].Value, Number(match.Groups[4]), match.Groups[5].Value);
        if (part == "resnets") rest = Replaced(rest, s_resnet);
        if (match.Groups[1].Value == "mid_block") return $"middle_block.{(part == "attentions" ? 1 : 2 * index)}.{rest}";
        var level = int.Parse(block, CultureInfo.InvariantCulture);
        return (match.Groups[1].Value, part) switch
        {
            ("down_blocks", "downsamplers") => $"input_blocks.{(level + 1) * (layers + 1)}.0.op.{rest["conv.".Length..]}",
            ("down_blocks", _) => $"input_blocks.{1 + level * (layers + 1) + index}.{(part == "resnets" ? 0 : 1)}.{rest}",
            (_, "upsamplers") => $"output_blocks.{level * (layers + 1) + layers}.{(attends(level) ? 2 : 1)}.{rest}",
            _ => $"output_blocks.{level * (layers + 1) + index}.{(part == "resnets" ? 0 : 1)}.{rest}",
        };
    }

    /// <param name="name">A tensor of the autoencoder.</param>
    /// <param name="levels">Resolutions.</param>
    public static string Autoencoder(string name, int levels)
    {
        name = name.Replace("conv_norm_out.", "norm_out.", StringComparison.Ordinal)
            .Replace("conv_shortcut.", "nin_shortcut.", StringComparison.Ordinal)
            .Replace("mid_block.resnets.0.", "mid.block_1.", StringComparison.Ordinal)
            .Replace("mid_block.resnets.1.", "mid.block_2.", StringComparison.Ordinal);
        if (name.IndexOf("mid_block.attentions.0.", StringComparison.Ordinal) is var at and >= 0)
            return name[..at] + "mid.attn_1." + Replaced(name[(at + "mid_block.attentions.0.".Length)..], s_attention);
        var match = AutoencoderPattern().Match(name);
        if (!match.Success) return name;
        var (half, level, part, index, rest) = (match.Groups[1].Value, Number(match.Groups[3]), match.Groups[4].Value,
            Number(match.Groups[5]), match.Groups[6].Value);
        // On the way up the original counts from the finest.
        var prefix = half == "encoder" ? $"encoder.down.{level}" : $"decoder.up.{levels - 1 - level}";
        return part switch
        {
            "resnets" => $"{prefix}.block.{index}.{rest}",
            "downsamplers" => $"{prefix}.downsample.{rest}",
            _ => $"{prefix}.upsample.{rest}",
        };
    }

    /// <summary>
    /// A tensor of OpenCLIP's text encoder; of query, key and value, which are one tensor there, also which third it is.
    /// </summary>
    public static (string Name, int? Third) OpenClip(string name)
    {
        var old = s_openClip.Aggregate(name, (n, r) => n.Replace(r.New, r.Old, StringComparison.Ordinal));
        var match = ProjectionPattern().Match(old);
        return match.Success
            ? ($"{match.Groups[1].Value}attn.in_proj_{match.Groups[3].Value}",
                "qkv".IndexOf(match.Groups[2].Value[0], StringComparison.Ordinal))
            : (old, null);
    }

    private static string Replaced(string name, (string New, string Old)[] names)
    {
        foreach (var (now, old) in names)
            if (name.StartsWith(now, StringComparison.Ordinal)) return old + name[now.Length..];
        return name;
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(down_blocks|mid_block|up_blocks)(?:\.(\d+))?\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.*)$")]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^(encoder|decoder)\.(down_blocks|up_blocks)\.(\d+)\.(resnets|downsamplers|upsamplers)\.(\d+)\.(.*)$")]
    private static partial Regex AutoencoderPattern();

    [GeneratedRegex(@"^(.*)self_attn\.([qkv])_proj\.(weight|bias)$")]
    private static partial Regex ProjectionPattern();
}
