using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>An input of a form that is sent as a whole, on pages that have no circuit.</summary>
public sealed partial class PlainField
{
    private string _id => $"f-{Id ?? Name}";

    /// <summary>What the value is.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>What the form calls it; null: it is not sent.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>Where a page has several of one name; null: the name.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>The kind of input, as HTML names it.</summary>
    [Parameter] public string Type { get; set; } = "text";

    /// <summary>What it begins with. Not for passwords.</summary>
    [Parameter] public string? Value { get; set; }

    /// <summary>One short sentence on what it does; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Why it cannot be used; null: it can.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>What browsers and password managers fill in, as HTML names it.</summary>
    [Parameter] public string Autocomplete { get; set; } = "off";

    /// <summary>Most characters; null: any number.</summary>
    [Parameter] public int? MaxLength { get; set; }

    /// <summary>Of a number, the least; null: any.</summary>
    [Parameter] public string? Min { get; set; }

    /// <summary>Of a number, the most; null: any.</summary>
    [Parameter] public string? Max { get; set; }

    /// <summary>Of a number, the distance between two; null: whole ones.</summary>
    [Parameter] public string? Step { get; set; }

    /// <summary>Whether browsers send the form only with it.</summary>
    [Parameter] public bool Required { get; set; }

    /// <summary>Whether it is shown only.</summary>
    [Parameter] public bool ReadOnly { get; set; }

    /// <summary>Whether the page begins with it.</summary>
    [Parameter] public bool Autofocus { get; set; }

    /// <summary>Further classes of the frame.</summary>
    [Parameter] public string? Class { get; set; }
}
