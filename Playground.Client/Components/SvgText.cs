using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Playground.Client.Components;

/// <summary>A text in an SVG image. In markup its element would be taken for Razor's own.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Where it is, from the left.</summary>
    [Parameter, EditorRequired] public string X { get; set; } = "";

    /// <summary>Its baseline, from the top.</summary>
    [Parameter, EditorRequired] public string Y { get; set; } = "";

    /// <summary>What of it is at that place: <c>start</c>, <c>middle</c> or <c>end</c>.</summary>
    [Parameter] public string Anchor { get; set; } = "start";

    /// <summary>What it says.</summary>
    [Parameter, EditorRequired] public string Value { get; set; } = "";

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddContent(4, Value);
        builder.CloseElement();
    }
}
