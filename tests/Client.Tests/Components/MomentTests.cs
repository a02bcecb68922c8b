using System.Globalization;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

/// <summary>What is sent of a moment, of which the browser makes one of its own time zone.</summary>
public sealed class MomentTests : ComponentTest
{
    private static readonly DateTime s_at = new(2031, 3, 29, 1, 30, 5, DateTimeKind.Utc);

    [Fact]
    public void It_says_without_scripts_that_it_is_in_UTC()
    {
        var shown = One(Render<Moment>(p => p.Add(m => m.At, s_at)), "local-time");
        Assert.Equal("2031-03-29T01:30:05Z", shown.GetAttribute("datetime"));
        Assert.Equal("2031-03-29 01:30 UTC", shown.TextContent);
    }

    [Fact]
    public void A_day_is_written_as_the_language_has_it_and_a_text_stands_around_it()
    {
        var page = Render<Moment>(p => p.Add(m => m.At, s_at).Add(m => m.Day, true).Add(m => m.Format, "signed in {0}, as it seems"));
        Assert.Equal($"signed in {s_at.ToString("d", CultureInfo.CurrentCulture)}, as it seems", page.Nodes.Aggregate("", (t, n) => t
            + n.TextContent));
    }

    [Fact]
    public void A_moment_of_the_servers_own_zone_is_brought_to_UTC()
        => Assert.Equal("2031-03-29T01:30:05Z", One(Render<Moment>(p => p.Add(m => m.At, s_at.ToLocalTime())), "local-time")
            .GetAttribute("datetime"));
}
