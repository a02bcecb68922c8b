using System.Diagnostics;
using Playground.Server.Models;

namespace Playground.Server.Tests;

public sealed class ModelCardTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("a <img src=x onerror=alert(1)> b", "<img")]
    [InlineData("[x](javascript:alert(1))", "href")]
    [InlineData("[x](JaVaScRiPt:alert(1))", "href")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)", "href")]
    [InlineData("[x](/api/v1/jobs)", "href")]
    [InlineData("[x](//evil.example)", "href")]
    [InlineData("[x][r]\n\n[r]: vbscript:x", "href")]
    [InlineData("<javascript:alert(1)>", "href")]
    [InlineData("![x](https://evil.example/pixel.png)", "<img")]
    [InlineData("![x](samples.png/../../../../jobs)", "<img")]
    [InlineData("![x](../mnist/samples.png)", "<img")]
    [InlineData("![x](/samples.png)", "<img")]
    [InlineData("![x](curves.svg)", "<img")]
    [InlineData("![x](a.png?b.png)", "<img")]
    [InlineData("![x][r]\n\n[r]: https://evil.example/pixel.png", "<img")]
    [InlineData("# x {onclick=alert(1)}", "<h2 onclick")]
    [InlineData("<div\nonclick=x>\n\ny", "<div")]
    public void Nothing_in_a_card_acts_or_reaches_elsewhere(string markdown, string forbidden)
        => Assert.DoesNotContain(forbidden, Render(markdown), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Links_to_the_web_are_marked_and_text_stays_where_a_link_went()
    {
        Assert.Equal("<p><a href=\"https://a.example/\" rel=\"nofollow noopener noreferrer\">x</a> y</p>\n",
            Render("[x](https://a.example/) [y](file:///etc)"));
        Assert.Contains("rel=\"nofollow noopener noreferrer\"", Render("https://a.example"), StringComparison.Ordinal);
    }

    [Fact]
    public void Front_matter_is_left_out_headings_step_down_and_tables_are_tables()
    {
        var html = Render("---\nlicense: mit\n---\n# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        Assert.DoesNotContain("license", html, StringComparison.Ordinal);
        Assert.Contains("<h2>Title</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<table>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("![x](samples.png)", "samples.png")]
    [InlineData("![x](./ten_curves-2.png)", "ten_curves-2.png")]
    public void An_image_beside_the_card_is_shown_by_its_address(string markdown, string name)
        => Assert.Contains($"<img src=\"/api/v1/models/a%20b/{name}\" alt=\"x\"", Render(markdown, "a b"), StringComparison.Ordinal);

    [Fact]
    public void One_that_is_not_there_is_the_text_that_stands_for_it()
        => Assert.Equal("<p>two curves</p>\n", ModelCard.Render("![two curves](curves.png)", "m", _ => false));

    [Theory]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("*a_")]
    [InlineData("> ")]
    [InlineData("- ")]
    [InlineData("`a")]
    [InlineData("<a ")]
    [InlineData("[a](")]
    [InlineData("|a")]
    [InlineData("http://a")]
    public void A_card_that_is_built_to_be_slow_is_not(string piece)
    {
        var began = Stopwatch.GetTimestamp();
        Render(string.Concat(Enumerable.Repeat(piece, 60_000 / piece.Length)));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 10);
    }

    private static string Render(string markdown, string model = "m") => ModelCard.Render(markdown, model, _ => true);
}
