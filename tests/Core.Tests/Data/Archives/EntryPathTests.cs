using Playground.Core.Data.Archives;

namespace Playground.Core.Tests.Data.Archives;

public sealed class EntryPathTests
{
    [Theory]
    [InlineData("a/b.png", "a/b.png")]
    [InlineData("./a//b.png", "a/b.png")]
    [InlineData("a\\b.png", "a/b.png")]
    [InlineData("e\u0301.png", "\u00e9.png")]
    [InlineData("a\u202eb\u0007.png", "a\ufffdb\ufffd.png")]
    [InlineData("..a/b..png", "..a/b..png")]
    public void A_path_is_cleaned(string name, string expected) => Assert.Equal((expected, null), EntryPath.Clean(name));

    [Theory]
    [InlineData("../a.png", "..")]
    [InlineData("a/../../b.png", "..")]
    [InlineData("a/.. /b.png", "..")]
    [InlineData("a\\..\\b.png", "..")]
    [InlineData("/a.png", "absolute")]
    [InlineData("\\\\server\\a.png", "absolute")]
    [InlineData("c:a.png", "absolute")]
    [InlineData("a\0.png", "NUL")]
    [InlineData("a/NUL.png", "reserves")]
    [InlineData("com1", "reserves")]
    [InlineData("", "empty")]
    [InlineData("./", "empty")]
    public void One_that_leads_elsewhere_or_names_no_file_is_refused(string name, string expected)
    {
        var (path, problem) = EntryPath.Clean(name);
        Assert.Null(path);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }
}
