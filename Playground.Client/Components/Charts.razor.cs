using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>
/// Where live curves are drawn. The page's script draws them with uPlot on canvases and appends points as they come; they never pass
/// through the circuit. Colors are the theme's, by the variables that this component sets.
/// </summary>
public sealed partial class Charts
{
    /// <summary>The element's id; null: none.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>What the curves show.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>The element that the script draws into.</summary>
    public ElementReference Element { get; private set; }
}
