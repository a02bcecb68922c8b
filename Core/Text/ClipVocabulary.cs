using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Playground.Core.Text;

/// <summary>CLIP's tokens and the pairs that make them, from any of the files that models come with.</summary>
/// <param name="Ids">Token id by its text, in which a byte is one letter and <c>&lt;/w&gt;</c> ends a word.</param>
/// <param name="Ranks">The order in which pairs are joined, the lowest first.</param>
internal sealed record ClipVocabulary(IReadOnlyDictionary<string, int> Ids, IReadOnlyDictionary<(string, string), int> Ranks)
{
    public const string EndOfWord = "</w>";

    /// <summary>OpenAI's list of pairs, as they publish it.</summary>
    public const string OpenAiFile = "bpe_simple_vocab_16e6.txt.gz";

    // What OpenAI's list holds after CLIP's own pairs belongs to a larger vocabulary.
    private const int OpenAiTokens = 49152;
    private const int MaxBytes = 64 << 20;

    private static readonly JsonSerializerOptions s_plain = new()
    { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The letter that stands for each byte: itself where it prints, otherwise one beyond Latin-1 (GPT-2's table).</summary>
    public static IReadOnlyList<char> ByteLetters { get; } = Letters();

    /// <summary>The byte that each letter stands for.</summary>
    public static IReadOnlyDictionary<char, byte> LetterBytes { get; } =
        ByteLetters.Select((letter, value) => (letter, value)).ToDictionary(p => p.letter, p => (byte)p.value);

    public int Start => Ids[ClipText.Start];

    public int End => Ids[ClipText.End];

    /// <param name="folder">Holds <c>tokenizer.json</c>, or <c>vocab.json</c> and <c>merges.txt</c>, or
    /// <c>bpe_simple_vocab_16e6.txt.gz</c>.</param>
    /// <exception cref="PlaygroundException">None is there, or one is damaged.</exception>
    public static ClipVocabulary Load(string folder)
    {
        string At(string name) => Path.Combine(folder, name);
        if (File.Exists(At("tokenizer.json"))) return Checked(FromTokenizerJson(At("tokenizer.json")), At("tokenizer.json"));
        if (File.Exists(At("vocab.json")) && File.Exists(At("merges.txt")))
            return Checked(FromVocabulary(At("vocab.json"), At("merges.txt")), At("vocab.json"));
        if (File.Exists(At(OpenAiFile)))
            return Checked(FromOpenAi(At(OpenAiFile)), At(OpenAiFile));
        throw new PlaygroundException(
            $"'{folder}' holds no CLIP tokenizer: tokenizer.json, or vocab.json with merges.txt, or bpe_simple_vocab_16e6.txt.gz belongs "
                + "there.");
    }

    private static ClipVocabulary FromTokenizerJson(string path) => Parsed(path,
        "its model must have vocab, an object with a whole number for each token, and merges, a list of pairs", root =>
    {
        var model = root.GetProperty("model");
        var ids = model.GetProperty("vocab").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32());
        foreach (var added in root.TryGetProperty("added_tokens", out var tokens) ? tokens.EnumerateArray() : default)
            ids[added.GetProperty("content").GetString()!] = added.GetProperty("id").GetInt32();
        // Newer files have pairs as lists, older ones as words with a space between.
        return new ClipVocabulary(ids, RanksOf(model.GetProperty("merges").EnumerateArray()
            .Select(m => m.ValueKind == JsonValueKind.Array ? $"{m[0].GetString()} {m[1].GetString()}" : m.GetString()!)));
    });

    private static ClipVocabulary FromVocabulary(string vocabulary, string merges) => Parsed(vocabulary,
        "it must be an object with a whole number for each token", root
        => new ClipVocabulary(root.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32()),
            RanksOf(Text(merges).Split('\n').Where(l => !l.StartsWith("#version", StringComparison.Ordinal)))));

    /// <summary>The token that <c>special_tokens_map.json</c> or <c>tokenizer_config.json</c> fills with; null where none does.</summary>
    /// <exception cref="PlaygroundException">It is not in the vocabulary, or the file is damaged.</exception>
    public int? Filling(string folder)
    {
        foreach (var name in new[] { "special_tokens_map.json", "tokenizer_config.json" })
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            var text = Text(path);
            try
            {
                using var json = JsonDocument.Parse(text);
                if (!json.RootElement.TryGetProperty("pad_token", out var pad)) continue;
                var token = pad.ValueKind == JsonValueKind.Object ? pad.GetProperty("content").GetString() : pad.GetString();
                if (token is null) continue;
                return Ids.TryGetValue(token, out var id) || Ids.TryGetValue(token + EndOfWord, out id) ? id
                    : throw new PlaygroundException($"'{path}' fills with '{token}', which the vocabulary lacks: its files do not belong "
                        + "together.");
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw JsonFault.Of(path, text, e, "its pad_token must be a text, or an object with content, a text");
            }
        }
        return null;
    }

    /// <summary>Writes the files that transformers' <c>CLIPTokenizer</c> reads.</summary>
    public void Save(string folder, string filling, int length)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "vocab.json"),
            JsonSerializer.Serialize(Ids.OrderBy(i => i.Value).ToDictionary(i => i.Key, i => i.Value), s_plain));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n"
            + string.Concat(Ranks.OrderBy(r => r.Value).Select(r => $"{r.Key.Item1} {r.Key.Item2}\n")));
        var special = new Dictionary<string, object>
        {
            ["bos_token"] = ClipText.Start,
            ["eos_token"] = ClipText.End,
            ["pad_token"] = filling,
            ["unk_token"] = ClipText.End,
        };
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), JsonSerializer.Serialize(special, s_plain));
        special["tokenizer_class"] = "CLIPTokenizer";
        special["model_max_length"] = length;
        special["do_lower_case"] = true;
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(special, s_plain));
    }

    private static ClipVocabulary FromOpenAi(string path) => FromOpenAiText(Text(path));

    /// <param name="pairs">OpenAI's compressed list.</param>
    public static ClipVocabulary FromOpenAi(Stream pairs)
    {
        using var text = new StreamReader(new GZipStream(pairs, CompressionMode.Decompress), Encoding.UTF8);
        return FromOpenAiText(text.ReadToEnd());
    }

    private static ClipVocabulary FromOpenAiText(string list)
    {
        string[] lines = [.. list.Split('\n').Skip(1).Take(OpenAiTokens - 256 - 2).Select(l => l.TrimEnd('\r'))];
        // Bytes that print come first, then the others, in the order of their letters.
        string[] letters = [.. ByteLetters.Order().Select(l => l.ToString())];
        string[] tokens = [.. letters, .. letters.Select(l => l + EndOfWord),
            .. lines.Select(l => l.Replace(" ", "", StringComparison.Ordinal)), ClipText.Start, ClipText.End];
        var ids = new Dictionary<string, int>();
        for (var i = 0; i < tokens.Length; i++) ids[tokens[i]] = i;
        return new ClipVocabulary(ids, RanksOf(lines));
    }

    private static Dictionary<(string, string), int> RanksOf(IEnumerable<string> pairs)
    {
        var ranks = new Dictionary<(string, string), int>();
        foreach (var pair in pairs)
        {
            if (pair.TrimEnd('\r').Split(' ') is [{ Length: > 0 } a, { Length: > 0 } b]) ranks.TryAdd((a, b), ranks.Count);
        }
        return ranks;
    }

    private static ClipVocabulary Parsed(string path, string wanted, Func<JsonElement, ClipVocabulary> read)
    {
        var text = Text(path);
        try
        {
            using var json = JsonDocument.Parse(text);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
        or IndexOutOfRangeException)
        {
            throw JsonFault.Of(path, text, e, wanted);
        }
    }

    private static string Text(string path)
    {
        using var file = File.OpenRead(path);
        using var plain = path.EndsWith(".gz", StringComparison.Ordinal) ? (Stream)new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            for (int read; (read = plain.Read(buffer)) > 0;)
            {
                if (text.Length + read > MaxBytes)
                    throw new PlaygroundException($"'{path}' is larger than {MaxBytes >> 20} MB, more than any CLIP tokenizer.");
                text.Write(buffer, 0, read);
            }
            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (InvalidDataException e)
        {
            throw new PlaygroundException($"'{path}' is damaged: {e.Message} Copy it again from its source.", e);
        }
    }

    private static ClipVocabulary Checked(ClipVocabulary v, string path)
    {
        if (!v.Ids.ContainsKey(ClipText.Start) || !v.Ids.ContainsKey(ClipText.End) || v.Ranks.Count == 0)
            throw new PlaygroundException($"'{path}' lacks {ClipText.Start}, {ClipText.End} or its pairs: it is not CLIP's tokenizer.");
        var missing = ByteLetters.Select(l => l.ToString()).SelectMany(l => new[] { l, l + EndOfWord })
            .FirstOrDefault(l => !v.Ids.ContainsKey(l));
        if (missing is not null) throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
            $"'{path}' lacks the token '{missing}' of a single byte: it is not CLIP's tokenizer."));
        // Tokens that were added by hand have no pair; of a list that was cut off, many more have none.
        var made = v.Ranks.Keys.Select(pair => pair.Item1 + pair.Item2).ToHashSet();
        var longer = v.Ids.Keys.Where(t => (t.EndsWith(EndOfWord, StringComparison.Ordinal) ? t.Length - EndOfWord.Length : t.Length) > 1
            && !t.StartsWith('<')).ToList();
        var orphans = longer.Count(t => !made.Contains(t));
        return orphans <= longer.Count / 10 ? v : throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
            $"'{path}' has {longer.Count:N0} tokens of several letters, and the pairs make {longer.Count - orphans:N0} of them: merges.txt "
            + $"is of another tokenizer, or was cut off. Copy the tokenizer again from its source."));
    }

    private static char[] Letters()
    {
        var letters = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++) letters[b] = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : (char)next++;
        return letters;
    }
}
