using Playground.Client.Contracts;
using Playground.Client.Pages.Models;

namespace Playground.Client.Tests.Pages;

public sealed class FirstModelTests
{
    private static readonly ModelView s_own = new("a-own", 32, 3, null, 1000, false, "0"),
        s_words = new("emoji", 64, 3, null, 1000, true, "1") { Shipped = true, Text = new("text", 8, 512, 30, 2, false) },
        s_digits = new("mnist", 28, 1, 10, 1000, true, "2") { Shipped = true };

    [Fact]
    public void A_page_begins_with_a_shipped_model_that_needs_no_words()
        => Assert.Equal(s_digits, new[] { s_own, s_words, s_digits }.ToBeginWith());

    [Fact]
    public void Without_it_with_one_that_reads_words_and_else_with_any()
    {
        Assert.Equal(s_words, new[] { s_own, s_words }.ToBeginWith());
        Assert.Equal(s_own, new[] { s_own }.ToBeginWith());
        Assert.Null(Array.Empty<ModelView>().ToBeginWith());
    }
}
