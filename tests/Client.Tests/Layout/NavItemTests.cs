using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Layout;

namespace Playground.Client.Tests.Layout;

public sealed class NavItemTests : ComponentTest
{
    [Theory]
    [InlineData("", true)]
    [InlineData("play", true)]
    [InlineData("play?model=mnist", true)]
    [InlineData("play#model=mnist", true)]
    [InlineData("jobs/0123", true)]
    [InlineData("models", false)]
    [InlineData("playlist", false)]
    public void It_is_marked_on_every_address_of_its_section(string address, bool isMarked)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var item = Render<NavItem>(p => p.Add(n => n.Sections, ["", "play", "jobs"]).AddUnmatched("href", "play").AddChildContent("Play"));
        Assert.Equal(isMarked ? "page" : null, One(item, "a").GetAttribute("aria-current"));
    }

    [Fact]
    public void The_mark_moves_with_the_address()
    {
        var item = Render<NavItem>(p => p.Add(n => n.Sections, ["models"]).AddUnmatched("href", "models").AddChildContent("Models"));
        Assert.Null(One(item, "a").GetAttribute("aria-current"));
        Services.GetRequiredService<NavigationManager>().NavigateTo("models/mnist");
        item.WaitForAssertion(() => Assert.Equal("page", One(item, "a").GetAttribute("aria-current")));
    }
}
