using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Tests.Components;

/// <summary>What is shown to whom.</summary>
public sealed class AllowedTests : ComponentTest
{
    private static readonly RenderFragment s_button = b => b.AddMarkupContent(0, "<button>Go</button>");

    [Fact]
    public void Without_accounts_everything_is_there()
        => One(Render<Allowed>(p => p.Add(a => a.To, Permission.Administer).Add(a => a.ChildContent, s_button)), "button");

    [Theory]
    [InlineData(AccountRole.Viewer, Permission.Create, false)]
    [InlineData(AccountRole.Member, Permission.Create, true)]
    [InlineData(AccountRole.Member, Permission.Administer, false)]
    [InlineData(AccountRole.Administrator, Permission.Administer, true)]
    public void Each_role_is_shown_what_it_may_use_and_the_others_are_told_whom_to_ask(string role, Permission needed, bool shown)
    {
        var allowed = Show(role, p => p.Add(a => a.To, needed).Add(a => a.Explains, true).Add(a => a.ChildContent, s_button));
        Assert.Equal(shown ? 1 : 0, allowed.FindAll("button").Count);
        Assert.Equal(!shown, allowed.Markup.Contains("administrator", StringComparison.Ordinal));
    }

    [Fact]
    public void What_stands_in_place_of_it_is_for_the_others_alone()
    {
        RenderFragment text = b => b.AddMarkupContent(0, "<em>read</em>");
        One(Show(AccountRole.Viewer, p => p.Add(a => a.ChildContent, s_button).Add(a => a.Otherwise, text)), "em");
        Assert.Empty(Show(AccountRole.Member, p => p.Add(a => a.ChildContent, s_button).Add(a => a.Otherwise, text)).FindAll("em"));
    }

    private IRenderedComponent<Allowed> Show(string role, Action<ComponentParameterCollectionBuilder<Allowed>> parameters)
    {
        var claims = AccountRole.PermissionsOf(role).Select(p => new Claim(Permissions.Claim, p.ToString()));
        var state = Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(claims, "test"))));
        return Render<Allowed>(p =>
        {
            p.AddCascadingValue(state);
            parameters(p);
        });
    }
}
