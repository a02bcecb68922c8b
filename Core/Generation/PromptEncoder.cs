using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>From prompts to what a U-Net's cross-attention reads.</summary>
internal sealed class PromptEncoder(PromptReader reader, ClipTextModel text)
{
    private const double MostRestored = 10;

    /// <summary>Features of each prompt, [N, L, D] float32 on the device; the caller's dispose scope owns them.</summary>
    /// <param name="prompts">Any number; equal ones are encoded once.</param>
    /// <param name="skip">Layers of the encoder that are left out.</param>
    public Tensor Encode(IReadOnlyList<string> prompts, int skip)
    {
        using var scope = NewDisposeScope();
        string[] different = [.. prompts.Distinct()];
        PromptTokens[] tokens = [.. different.Select(reader.Tokenize)];
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
        var ratio = (double)features.mean().item<float>() / scaled.mean().item<float>();
        // Where the weights all but cancel the mean, putting it back would blow everything up.
        return Math.Abs(ratio) is >= 1 / MostRestored and <= MostRestored ? scaled * ratio : scaled;
    }
}
