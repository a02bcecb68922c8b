using System.IO.Compression;
using System.Text.Json;
using Playground.Core.Text;

namespace Playground.Core.Tests.Text;

/// <summary>Against OpenAI's own tokenizer, whose text mending was set to NFC alone.</summary>
public sealed class ClipTokenizerTests : IDisposable
{
    private static readonly string s_folder = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/data/clip"));
    private readonly string _temporary = Directory.CreateTempSubdirectory("clip-").FullName;

    private static ClipTokenizer Clip()
    {
        Assert.SkipUnless(Directory.Exists(s_folder), $"CLIP's pairs are not in '{s_folder}'.");
        return ClipTokenizer.Load(s_folder);
    }

    [Theory]
    [InlineData("a photo of a cat", 320, 1125, 539, 320, 2368)]
    [InlineData("Hello, world!", 3306, 267, 1002, 256)]
    [InlineData("don't stop 42 times", 847, 713, 1691, 275, 273, 1661)]
    [InlineData("café über naïve", 15304, 6522, 1516, 1097, 35689, 563)]
    [InlineData("")]
    public void Known_prompts_have_their_known_tokens(string prompt, params int[] expected)
    => Assert.Equal(expected, Clip().Encode(prompt));

    [Fact]
    public void A_thousand_strings_of_all_scripts_have_the_recorded_tokens()
    {
        var clip = Clip();
        using var lines = new StreamReader(new GZipStream(
            File.OpenRead(Path.Combine(Repository.Root, "tests/Core.Tests/Recordings/clip-tokens.jsonl.gz")), CompressionMode.Decompress));
        var count = 0;
        for (; lines.ReadLine() is { } line; count++)
        {
            var root = JsonDocument.Parse(line).RootElement;
            var text = root.GetProperty("text").GetString()!;
            var (expected, actual) = (root.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()).ToList(), clip.Encode(text));
            Assert.True(expected.SequenceEqual(actual),
                $"{JsonSerializer.Serialize(text)}: [{string.Join(" ", expected)}] was recorded, [{string.Join(" ", actual)}] came");
        }
        Assert.Equal(1000, count);
    }

    [Fact]
    public void A_short_prompt_is_filled_and_a_long_one_cut_with_the_end_last()
    {
        var clip = Clip();
        var cat = clip.Prepare("a photo of a cat");
        Assert.Equal([49406, 320, 1125, 539, 320, 2368, 49407, 49407], cat.Ids[..8]);
        Assert.Equal((77, 7, 5, false), (cat.Ids.Length, cat.Used, cat.Tokens, cat.Truncated));
        var full = clip.Prepare(string.Join(' ', Enumerable.Repeat("cat", 75)));
        Assert.Equal((77, false, 2368L, 49407L), (full.Used, full.Truncated, full.Ids[75], full.Ids[76]));
        var cut = clip.Prepare(string.Join(' ', Enumerable.Repeat("cat", 500)));
        Assert.Equal((77, true, 500, 49407L), (cut.Used, cut.Truncated, cut.Tokens, cut.Ids[76]));
        Assert.Contains("the limit is 20,000 characters",
            Assert.Throws<PlaygroundException>(() => clip.Encode(new string('a', 20_001))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_three_forms_of_the_files_are_one_tokenizer()
    {
        var clip = Clip();
        var vocabulary = ClipVocabulary.Load(s_folder);
        var merges = vocabulary.Ranks.OrderBy(p => p.Value).Select(p => $"{p.Key.Item1} {p.Key.Item2}").ToArray();
        Assert.Equal((49408, 48894), (vocabulary.Ids.Count, merges.Length));
        string[] prompts = ["don't stop 42 times", "café über naïve", "ΑΣ 猫 👩‍👩‍👧 <|endoftext|>"];

        File.WriteAllText(At("vocab.json"), JsonSerializer.Serialize(vocabulary.Ids));
        File.WriteAllLines(At("merges.txt"), ["#version: 0.2", .. merges]);
        AssertSame(clip, ClipTokenizer.Load(_temporary), prompts);
        foreach (var asLists in new[] { false, true })
        {
            object pairs = asLists ? merges.Select(m => m.Split(' ')) : merges;
            File.WriteAllText(At("tokenizer.json"),
                JsonSerializer.Serialize(new
                {
                    added_tokens = new[] { new { id = 49406, content = "<|startoftext|>" } },
                    model = new { vocab = vocabulary.Ids, merges = pairs }
                }));
            AssertSame(clip, ClipTokenizer.Load(_temporary), prompts);
        }
    }

    [Fact]
    public void A_folder_without_a_tokenizer_or_with_a_broken_one_is_refused_by_name()
    {
        Assert.Contains("holds no CLIP tokenizer", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(At("bpe_simple_vocab_16e6.txt.gz"), "not gzip");
        Assert.Contains("bpe_simple_vocab_16e6.txt.gz' is damaged", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(At("tokenizer.json"), """{"model": {"vocab": {"a": 1}, "merges": ["a b"]}}""");
        Assert.Contains("lacks <|startoftext|>", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(At("tokenizer.json"), """{"model": 3}""");
        Assert.Contains("tokenizer.json' cannot be read: its model must have vocab", Refusal(), StringComparison.Ordinal);
        File.Delete(At("tokenizer.json"));
        File.WriteAllText(At("merges.txt"), "a b\n");
        foreach (var text in new[] { """{"a": "b"}""", """{"a": 1.5}""", "[1]" })
        {
            File.WriteAllText(At("vocab.json"), text);
            Assert.EndsWith("vocab.json' cannot be read: it must be an object with a whole number for each token.", Refusal(),
                StringComparison.Ordinal);
        }
        File.WriteAllText(At("vocab.json"), """{"a": 1, "b""");
        Assert.EndsWith("vocab.json' is cut off. Copy it again from its source.", Refusal(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    private string At(string name) => Path.Combine(_temporary, name);

    private string Refusal() => Assert.Throws<PlaygroundException>(() => ClipTokenizer.Load(_temporary)).Message;

    private static void AssertSame(ClipTokenizer expected, ClipTokenizer actual, string[] prompts)
    {
        foreach (var prompt in prompts) Assert.Equal(expected.Prepare(prompt).Ids, actual.Prepare(prompt).Ids);
    }
}
