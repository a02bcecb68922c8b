using System.Text;

namespace Playground.Core.Text;

/// <summary>A prompt as CLIP's text model takes it.</summary>
/// <param name="Ids">[L]: start, tokens, end, and filling up to the length.</param>
/// <param name="Used">Places up to the end token, itself included; the rest is filling.</param>
/// <param name="Tokens">Tokens of the whole prompt, those cut off included.</param>
public sealed record ClipPrompt(long[] Ids, int Used, int Tokens)
{
    /// <summary>Whether the end of the prompt was cut off.</summary>
    public bool Truncated => Tokens > Used - 2;
}

/// <summary>CLIP's byte-level pair encoding of lower-case text (Radford et al. 2021, section 2.4).</summary>
public sealed class ClipTokenizer
{
    /// <summary>Places that CLIP's text models have.</summary>
    public const int Length = 77;

    private readonly ClipVocabulary _vocabulary;
    private readonly Dictionary<int, string> _texts;

    private ClipTokenizer(ClipVocabulary vocabulary, int? filling)
    {
        (_vocabulary, Filling) = (vocabulary, filling ?? vocabulary.End);
        _texts = [];
        foreach (var (text, id) in vocabulary.Ids) _texts[id] = text;
    }

    /// <summary>What stands behind the end token: the end token again, or another that the tokenizer's files name.</summary>
    public int Filling { get; }

    /// <summary>The greatest token, plus one.</summary>
    public int Size => _texts.Keys.Max() + 1;

    internal int Start => _vocabulary.Start;

    internal int End => _vocabulary.End;

    /// <param name="folder">Holds <c>tokenizer.json</c>, or <c>vocab.json</c> and <c>merges.txt</c>, or
    /// <c>bpe_simple_vocab_16e6.txt.gz</c>.</param>
    /// <exception cref="PlaygroundException">None is there, or one is damaged.</exception>
    public static ClipTokenizer Load(string folder)
    {
        var vocabulary = ClipVocabulary.Load(folder);
        return new(vocabulary, vocabulary.Filling(folder));
    }

    /// <summary>OpenAI's own vocabulary, which comes with this library: that of Stable Diffusion 1 and 2.</summary>
    /// <param name="fillsWithZero">Whether token 0 stands behind the end, as in Stable Diffusion 2.</param>
    public static ClipTokenizer OpenAi(bool fillsWithZero = false)
    {
        using var pairs = typeof(ClipTokenizer).Assembly.GetManifestResourceStream(ClipVocabulary.OpenAiFile)!;
        return new(ClipVocabulary.FromOpenAi(pairs), fillsWithZero ? 0 : null);
    }

    /// <summary>Byte pairs of one's own, learned from texts.</summary>
    /// <param name="texts">What it is for; other texts can be encoded too, in more tokens.</param>
    /// <param name="size">Tokens, at least 515.</param>
    public static ClipTokenizer Learn(IEnumerable<string> texts, int size) => new(PairTraining.Learn(texts, size), null);

    /// <summary>The text that tokens stand for, with a space behind each word.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        var text = string.Concat(tokens.Select(t => _texts.GetValueOrDefault(t, ""))).Replace(ClipVocabulary.EndOfWord, " ",
            StringComparison.Ordinal);
        var bytes = new List<byte>(text.Length);
        foreach (var letter in text)
        {
            if (letter == ' ') bytes.Add((byte)' ');
            else if (ClipVocabulary.LetterBytes.TryGetValue(letter, out var value)) bytes.Add(value);
        }
        return Encoding.UTF8.GetString([.. bytes]).Trim();
    }

    /// <summary>Writes <c>vocab.json</c>, <c>merges.txt</c> and what transformers wants beside them.</summary>
    /// <param name="folder">Created where it is missing.</param>
    /// <param name="length">Tokens that the text encoder reads, start and end included.</param>
    public void Save(string folder, int length = Length) => _vocabulary.Save(folder, _texts[Filling], length);

    /// <summary>The tokens of a prompt, however many, without start and end.</summary>
    /// <exception cref="PlaygroundException">The prompt is longer than 20,000 characters.</exception>
    public IReadOnlyList<int> Encode(string prompt)
    {
        var tokens = new List<int>();
        foreach (var word in ClipText.Words(prompt))
        {
            if (word is ClipText.Start or ClipText.End) tokens.Add(_vocabulary.Ids[word]);
            else tokens.AddRange(Joined(word).Select(Id));
        }
        return tokens;
    }

    /// <summary>The prompt filled up to <paramref name="length"/>, or cut so that the end token is still last.</summary>
    /// <exception cref="PlaygroundException">The prompt is longer than 20,000 characters.</exception>
    public ClipPrompt Prepare(string prompt, int length = Length)
    {
        var tokens = Encode(prompt);
        var kept = Math.Min(tokens.Count, length - 2);
        var ids = new long[length];
        Array.Fill(ids, Filling);
        ids[0] = _vocabulary.Start;
        ids[kept + 1] = _vocabulary.End;
        for (var i = 0; i < kept; i++) ids[i + 1] = tokens[i];
        return new ClipPrompt(ids, kept + 2, tokens.Count);
    }

    private int Id(string piece) => _vocabulary.Ids.TryGetValue(piece, out var id) ? id
        : throw new PlaygroundException(
            $"The tokenizer's pairs make '{piece}', which its vocabulary lacks: its files do not belong together.");

    // The pair of lowest rank is joined wherever it stands, until none is left.
    private List<string> Joined(string word)
    {
        List<string> pieces = [.. Encoding.UTF8.GetBytes(word).Select(b => ClipVocabulary.ByteLetters[b].ToString())];
        pieces[^1] += ClipVocabulary.EndOfWord;
        while (pieces.Count > 1 && Lowest(pieces) is { } pair)
        {
            var to = 0;
            for (var i = 0; i < pieces.Count; i++)
            {
                var join = i + 1 < pieces.Count && pieces[i] == pair.A && pieces[i + 1] == pair.B;
                pieces[to++] = join ? pair.A + pair.B : pieces[i];
                if (join) i++;
            }
            pieces.RemoveRange(to, pieces.Count - to);
        }
        return pieces;
    }

    private (string A, string B)? Lowest(List<string> pieces)
    {
        ((string, string) Pair, int Rank)? lowest = null;
        for (var i = 0; i + 1 < pieces.Count; i++)
        {
            var pair = (pieces[i], pieces[i + 1]);
            if (_vocabulary.Ranks.TryGetValue(pair, out var rank) && (lowest is null || rank < lowest.Value.Rank)) lowest = (pair, rank);
        }
        return lowest?.Pair;
    }
}
