using System.Text;
using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class PictureMetadataTests
{
    [Fact]
    public void Lines_give_captions_and_labels_and_bad_ones_are_named()
    {
        const string Lines = """
            {"file_name": "a/1.png", "text": " two   words ", "label": 3}
            nonsense
            {"text": "no name"}
            [1]

            {"file_name": "2.png", "label": "cat", "text": 5}
            """;
        var problems = new List<(int, string)>();
        var found = PictureMetadata.ReadLines(new MemoryStream(Encoding.UTF8.GetBytes(Lines)), (line, why) => problems.Add((line, why)))
            .ToList();
        Assert.Equal([("a/1.png", new PictureNote("two words", "3")), ("2.png", new PictureNote("5", "cat"))], found);
        Assert.Equal([(2, "it is not a JSON object"), (3, "it has no \"file_name\""), (4, "it is not a JSON object")], problems);
    }

    [Fact]
    public void A_line_without_an_end_is_passed_over()
    {
        var text = new string('x', 10_000_000) + "\n{\"file_name\": \"1.png\"}";
        var problems = new List<string>();
        Assert.Single(PictureMetadata.ReadLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), (_, why) => problems.Add(why)));
        Assert.StartsWith("it is longer than", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" a\r\n b\t", "a b")]
    [InlineData("\ufeffcat", "cat")]
    [InlineData(" \n ", null)]
    public void A_caption_is_its_words(string text, string? expected) => Assert.Equal(expected, PictureMetadata.Caption(text));

    [Theory]
    [InlineData("""{"file_name": "1.png", "caption": "a cat"}""", "a cat", null)]
    [InlineData("""{"file_name": "1.png", "prompt": "a cat"}""", "a cat", null)]
    [InlineData("""{"image": "1.png", "description": "a cat", "class": "cat"}""", "a cat", "cat")]
    [InlineData("""{"file_name": "1.png", "label": 3.0}""", null, "3")]
    [InlineData("""{"file_name": "1.png", "label": true}""", null, "true")]
    [InlineData("""{"file_name": "1.png", "label": ["cat", 2]}""", null, "cat + 2")]
    [InlineData("""{"file_name": "1.png", "label": {"id": 4, "name": "cat"}}""", null, "cat")]
    [InlineData("""{"file_name": "1.png", "text": null, "caption": "a cat", "label": null}""", "a cat", null)]
    public void Captions_and_labels_are_found_by_the_names_that_are_in_use(string line, string? caption, string? label)
    {
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(line));
        var found = Assert.Single(PictureMetadata.ReadLines(file, (_, why) => Assert.Fail(why)));
        Assert.Equal(("1.png", new PictureNote(caption, label)), found);
    }

    [Fact]
    public void What_else_a_line_says_is_kept_by_its_name_where_captions_can_be_made_of_it()
    {
        const string Line = """{"file_name": "1.png", "caption": "a cat", "label": 3, "text_zh": " 一只 猫 ", "tags": ["cat", 7], "n": 2.0, """
            + """ "bad name": "x", "nested": {"a": 1}, "nothing": null, "empty": " "}""";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(Line));
        var (_, note) = Assert.Single(PictureMetadata.ReadLines(file, (_, why) => Assert.Fail(why)));
        Assert.Equal(("a cat", "3"), (note.Caption, note.Label));
        Assert.Equal(new Dictionary<string, string> { ["text_zh"] = "一只 猫", ["tags"] = "cat, 7", ["n"] = "2" }, note.Fields);
        var many = $$"""{"file_name": "1.png", "text": "a", {{string.Join(", ", Enumerable.Range(0, 40).Select(i => $"\"f{i}\": 1"))}} }""";
        using var wide = new MemoryStream(Encoding.UTF8.GetBytes(many));
        Assert.Equal(PictureMetadata.MaxFields, Assert.Single(PictureMetadata.ReadLines(wide, (_, why) => Assert.Fail(why))).Note.Fields!
            .Count);
    }

    [Fact]
    public void A_line_that_says_nothing_known_is_reported()
    {
        var problems = new List<string>();
        using var file = new MemoryStream("""{"file_name": "1.png", "words": "a cat"}"""u8.ToArray());
        _ = PictureMetadata.ReadLines(file, (_, why) => problems.Add(why)).ToList();
        Assert.StartsWith("it has neither a caption (text, caption, prompt", Assert.Single(problems), StringComparison.Ordinal);
    }
}
