namespace Playground.Core.Text;

/// <summary>A prompt's tokens, cut to what the text encoder reads.</summary>
/// <param name="Ids">[L]: start, tokens, end, filling.</param>
/// <param name="Weights">[L]: how much each counts.</param>
/// <param name="Cut">The words that were left out at the end; "" where all fitted.</param>
public sealed record PromptTokens(long[] Ids, float[] Weights, string Cut)
{
    /// <summary>Tokens of the whole prompt, those that were cut too; start and end not counted.</summary>
    public int Count { get; init; }
}

/// <summary>Reads prompts as a model's text encoder does, without the encoder.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="length">Tokens that the encoder takes, start and end included.</param>
public sealed class PromptReader(ClipTokenizer tokenizer, int length)
{
    /// <summary>Tokens of a prompt that are read, start and end not counted: 75 for CLIP.</summary>
    public int Limit => length - 2;

    /// <summary>The prompt's tokens, with emphasis as in <see cref="WeightedPrompt"/>; the words beyond the limit are named, not
    /// read.</summary>
    /// <exception cref="PlaygroundException">The prompt is longer than the tokenizer takes.</exception>
    public PromptTokens Tokenize(string prompt)
    {
        var (tokens, weights) = (new List<int>(), new List<float>());
        foreach (var part in WeightedPrompt.Parse(Checked(prompt)))
        {
            var encoded = tokenizer.Encode(part.Text);
            tokens.AddRange(encoded);
            weights.AddRange(Enumerable.Repeat((float)part.Weight, encoded.Count));
        }
        var kept = Math.Min(tokens.Count, Limit);
        var (ids, counts) = (new long[length], new float[length]);
        Array.Fill(ids, tokenizer.Filling);
        Array.Fill(counts, 1);
        ids[0] = tokenizer.Start;
        ids[kept + 1] = tokenizer.End;
        for (var i = 0; i < kept; i++) (ids[i + 1], counts[i + 1]) = (tokens[i], weights[i]);
        return new PromptTokens(ids, counts, tokenizer.Decode(tokens.Skip(kept))) { Count = tokens.Count };
    }

    private static string Checked(string prompt)
        => prompt.Length <= ClipText.MaxLength ? prompt : throw new PlaygroundException(
            $"The prompt has {prompt.Length:N0} characters; the limit is {ClipText.MaxLength:N0}, and about 75 words are read. Shorten "
                + "it.");
}
