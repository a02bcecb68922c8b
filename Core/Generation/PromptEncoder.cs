using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>A prompt's tokens, cut to what the text encoder reads.</summary>
/// <param name="Ids">[L]: start, tokens, end, filling.</param>
/// <param name="Weights">[L]: how much each counts.</param>
/// <param name="Cut">The words that were left out at the end; "" where all fitted.</param>
public sealed record PromptTokens(long[] Ids, float[] Weights, string Cut);

/// <summary>From prompts to what a U-Net's cross-attention reads.</summary>
internal sealed class PromptEncoder(ClipTokenizer tokenizer, ClipTextModel text)
{
    /// <summary>The prompt's tokens; the words beyond the encoder's places are named, not read.</summary>
    /// <exception cref="PlaygroundException">The prompt is longer than the tokenizer takes.</exception>
    public PromptTokens Tokenize(string prompt)
    {
        var length = text.Config.MaxPositionEmbeddings;
        var (tokens, weights) = (new List<int>(), new List<float>());
        foreach (var part in WeightedPrompt.Parse(Checked(prompt)))
        {
            var encoded = tokenizer.Encode(part.Text);
            tokens.AddRange(encoded);
            weights.AddRange(Enumerable.Repeat((float)part.Weight, encoded.Count));
        }
        var kept = Math.Min(tokens.Count, length - 2);
        var (ids, counts) = (new long[length], new float[length]);
        Array.Fill(ids, tokenizer.Filling);
        Array.Fill(counts, 1);
        ids[0] = tokenizer.Start;
        ids[kept + 1] = tokenizer.End;
        for (var i = 0; i < kept; i++) (ids[i + 1], counts[i + 1]) = (tokens[i], weights[i]);
        return new PromptTokens(ids, counts, tokenizer.Decode(tokens.Skip(kept)));
    }

    /// <summary>Features of each prompt, [N, L, D] float32 on the device; the caller's dispose scope owns them.</summary>
    /// <param name="prompts">Any number; equal ones are encoded once.</param>
    /// <param name="skip">Layers of the encoder that are left out.</param>
    public Tensor Encode(IReadOnlyList<string> prompts, int skip)
    {
        using var scope = NewDisposeScope();
        string[] different = [.. prompts.Distinct()];
        PromptTokens[] tokens = [.. different.Select(Tokenize)];
        var device = TorchEngine.DefaultDevice;
        var length = text.Config.MaxPositionEmbeddings;
        var ids = tensor(tokens.SelectMany(t => t.Ids).ToArray(), [tokens.Length, length]).to(device);
        var features = text.Encode(ids, Math.Min(skip, text.Config.NumHiddenLayers));
        if (tokens.Any(t => t.Weights.Any(w => w != 1)))
            features = stack([.. tokens.Select((t, i) => Emphasized(features[i], t.Weights, device))]);
        long[] rows = [.. prompts.Select(p => (long)Array.IndexOf(different, p))];
        return features.index_select(0, tensor(rows, device: device)).MoveToOuterDisposeScope();
    }

    // Times the weights, with the mean of all numbers as it was: AUTOMATIC1111's way.
    private static Tensor Emphasized(Tensor features, float[] weights, Device device)
    {
        if (weights.All(w => w == 1)) return features;
        var scaled = features * tensor(weights, [weights.Length, 1]).to(device);
        var (before, after) = (features.mean(), scaled.mean());
        return scaled * (before / after);
    }

    private static string Checked(string prompt)
        => prompt.Length <= ClipText.MaxLength ? prompt : throw new PlaygroundException(
            $"The prompt has {prompt.Length:N0} characters; the limit is {ClipText.MaxLength:N0}, and about 75 words are read. Shorten "
                + "it.");
}
