using System.Text;
using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class TextDecodingTests
{
    private const string Caption = "a red café – «été» 12€, naïve";

    public static TheoryData<string> Encodings => ["utf-8", "utf-8 marked", "utf-16", "utf-16 marked", "utf-16be", "utf-16be marked",
        "utf-32 marked"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Unicode_in_any_of_its_forms_is_read_and_nothing_is_guessed(string name)
    {
        Encoding encoding = name.Split(' ')[0] switch
        {
            "utf-8" => new UTF8Encoding(true),
            "utf-16" => new UnicodeEncoding(false, true),
            "utf-16be" => new UnicodeEncoding(true, true),
            _ => new UTF32Encoding(false, true),
        };
        byte[] bytes = [.. name.EndsWith("marked", StringComparison.Ordinal) ? encoding.GetPreamble() : [], .. encoding.GetBytes(Caption)];
        Assert.Equal(new TextDecoding(Caption, null), TextDecoding.Of(bytes));
    }

    [Fact]
    public void Bytes_that_are_no_Unicode_are_read_as_Windows_1252_and_it_is_said()
        => Assert.Equal(new TextDecoding(Caption, "Windows-1252"),
            TextDecoding.Of(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Caption)));

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(1);
        for (var length = 0; length < 600; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.NotNull(TextDecoding.Of(bytes).Text);
        }
    }
}
