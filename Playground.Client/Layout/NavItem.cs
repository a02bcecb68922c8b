using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Playground.Client.Layout;

/// <summary>A link of the navigation, marked on every address of its section and not only on those that begin like its own.</summary>
public sealed class NavItem(NavigationManager navigation) : NavLink
{
    /// <summary>First segments of the section's addresses, such as <c>jobs</c>; the empty one is the start page.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<string> Sections { get; set; } = [];

    /// <inheritdoc />
    protected override bool ShouldMatch(string uriAbsolute)
    {
        var path = navigation.ToBaseRelativePath(uriAbsolute).Split('?', '#')[0];
        return Sections.Contains(path.Split('/')[0]);
    }
}
