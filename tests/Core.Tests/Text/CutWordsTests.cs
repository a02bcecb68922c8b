using Playground.Settings;

namespace Playground.Core.Tests.Text;

public sealed class CutWordsTests
{
    [Theory]
    [InlineData("the last words", "the last words")]
    [InlineData("", "")]
    [InlineData("a\u001b[31mred\a\u0085end\r\nof it", "a [31mred end of it")]
    [InlineData("\u202eturned\u202c ro\u200fund\u2066", "turned round")]
    [InlineData("👩\u200d🎨 می\u200cخواهم", "👩\u200d🎨 می\u200cخواهم")]
    public void Words_are_shown_without_what_cannot_be_seen(string cut, string shown) => Assert.Equal(shown, $"{CutWords.Of(cut)}");

    [Fact]
    public void Many_words_are_shortened_and_counted()
    {
        var shown = $"{CutWords.Of(string.Join(' ', Enumerable.Repeat("apple", 2000)))}";
        Assert.Equal(string.Join(' ', Enumerable.Repeat("apple", 33)) + " … and 1,967 more", shown);
        Assert.Equal(string.Concat(Enumerable.Repeat("🍎", 200)) + "… … and 1 more",
            $"{CutWords.Of(string.Concat(Enumerable.Repeat("🍎", 3000)) + " red")}");
    }
}
