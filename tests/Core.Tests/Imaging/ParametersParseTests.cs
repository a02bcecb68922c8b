using Playground.Core.Imaging;

namespace Playground.Core.Tests.Imaging;

/// <summary>AUTOMATIC1111's text, read back.</summary>
public sealed class ParametersParseTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var text = GenerationParameters.Format("class 3", 50, "DPM++ 2M Karras", 2.5, 7, 28, 28, "0123456789", "a, \"b\": c\nd",
            [("Denoising strength", "0.5")]);
        var parsed = GenerationParameters.Parse(text)!;
        Assert.Equal(("class 3", ""), (parsed.Prompt, parsed.NegativePrompt));
        Assert.Equal([new("Steps", "50"), new("Sampler", "DPM++ 2M Karras"), new("CFG scale", "2.5"), new("Seed", "7"),
            new("Size", "28x28"), new("Model hash", "0123456789"), new("Model", "a, \"b\": c\nd"), new("Denoising strength", "0.5")],
            parsed.Settings.ToArray());
    }

    [Fact]
    public void Prompts_of_several_lines_with_colons_and_quotes_are_kept()
    {
        var parsed = GenerationParameters.Parse("a cat: sitting, \"quoted\"\nsecond line\r\nNegative prompt: dog,\nbad: hands\n"
            + "Steps: 20, Sampler: Euler a, Schedule type: Karras, Seed: 5, Lora hashes: \"x: 1, y: 2\", Version: v1.9.4")!;
        Assert.Equal("a cat: sitting, \"quoted\"\nsecond line", parsed.Prompt);
        Assert.Equal("dog,\nbad: hands", parsed.NegativePrompt);
        Assert.Equal("x: 1, y: 2", parsed.Settings.Single(s => s.Key == "Lora hashes").Value);
        Assert.Equal("v1.9.4", parsed.Settings[^1].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("hello")]
    [InlineData("a: b")]
    [InlineData("a: 1, b: 2")]
    [InlineData(": : :")]
    [InlineData("Steps 20, Sampler Euler, Seed 5")]
    [InlineData("<a>: 1, <b>: 2, <c>: 3")]
    public void What_is_not_of_the_form_is_none(string text) => Assert.Null(GenerationParameters.Parse(text));

    [Theory]
    [InlineData("a: \", b: 1, c: 2", "\"")]
    [InlineData("a: \"open, b: 1, c: 2", "\"open")]
    [InlineData("a: \"\\q\", b: 1, c: 2", "\"\\q\"")]
    [InlineData("a: , b: 1, c: 2", "")]
    [InlineData("a: \"x\\\"y, z\" trailing, b: 1, c: 2", "\"x\\\"y, z\" trailing")]
    public void Odd_values_are_taken_as_they_stand(string text, string value)
        => Assert.Equal(value, GenerationParameters.Parse(text)!.Settings[0].Value);

    [Fact]
    public void A_text_of_any_length_is_read_in_no_time_and_a_line_of_too_many_settings_is_none()
    {
        Assert.Null(GenerationParameters.Parse(string.Join(", ", Enumerable.Range(0, 300).Select(i => $"k{i}: v"))));
        Assert.Null(GenerationParameters.Parse(new string('a', 1 << 20)));
        Assert.NotNull(GenerationParameters.Parse($"a: \"{new string('\\', 1 << 20)}, b: 1, c: 2"));
    }
}
