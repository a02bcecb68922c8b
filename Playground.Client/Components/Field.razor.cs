using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>
/// A number with limits. What is typed stays as it is typed: a text that is no number, or a number out of the limits, gets a message
/// beside the field, and the value stays what it was. Arrow keys step it.
/// </summary>
/// <typeparam name="TValue"><c>int</c>, <c>long</c>, <c>ulong</c> or <c>double</c>, or such a one that may be missing.</typeparam>
public sealed partial class Field<TValue> : IField, IDisposable
{
    private readonly string _id = $"f-{Guid.NewGuid():N}"[..10];
    private string _text = "";
    private string? _problem;
    private TValue? _known;
    private bool _isShown;

    /// <summary>The number.</summary>
    [Parameter] public TValue? Value { get; set; }

    /// <summary>Another number was typed, and it is within the limits.</summary>
    [Parameter] public EventCallback<TValue> ValueChanged { get; set; }

    /// <summary>What the number is.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>One short sentence on what it does; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>The setting that the number is; its range holds where <see cref="Min"/> and <see cref="Max"/> say nothing else.</summary>
    [Parameter] public Setting? Setting { get; set; }

    /// <summary>Smallest number; null: the setting's, or any.</summary>
    [Parameter] public double? Min { get; set; }

    /// <summary>Largest number; null: the setting's, or any.</summary>
    [Parameter] public double? Max { get; set; }

    /// <summary>What the arrow keys add and take away.</summary>
    [Parameter] public double Step { get; set; } = 1;

    /// <summary>Where a slider beside the number ends, which begins at <see cref="Min"/>; null: no slider.</summary>
    [Parameter] public double? SliderMax { get; set; }

    /// <summary>What is wrong with the number as the server sees it; shown where the field itself finds nothing.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>The input's name.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>The input's id; null: one of its own.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Shown while the field is empty; null: nothing.</summary>
    [Parameter] public string? Placeholder { get; set; }

    /// <summary>Whether it cannot be changed now.</summary>
    [Parameter] public bool Disabled { get; set; }

    /// <summary>Further classes of the frame.</summary>
    [Parameter] public string? Class { get; set; }

    [CascadingParameter] private FieldGroup? Group { get; set; }

    /// <inheritdoc />
    public bool IsValid => _problem is null;

    private double? Lowest => Min ?? Setting?.Least;

    private double? Highest => Max ?? Setting?.Most;

    private string InputId => Id ?? _id;

    private string? Shown => _problem ?? Problem;

    private double? Number => Value is null ? null : Convert.ToDouble(Value, CultureInfo.InvariantCulture);

    private Dictionary<string, object?> Attributes => new()
    {
        ["name"] = Name,
        ["autocomplete"] = "off",
        ["aria-describedby"] = FieldFrame.DescribedBy(InputId, Hint, Shown),
        ["data-step"] = Text(Step),
        ["data-min"] = Text(Lowest),
        ["data-max"] = Text(Highest),
    };

    /// <inheritdoc />
    protected override void OnInitialized() => Group?.Add(this);

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (!_isShown || !Equals(Value, _known)) (_isShown, _known, _text) = (true, Value, NumberText.Format(Value));
        // The limits may have moved.
        _problem = NumberText.Problem<TValue>(_text, Lowest, Highest, T);
    }

    private async Task ChangeAsync(string? text)
    {
        _text = text?.Trim() ?? "";
        _problem = NumberText.Problem<TValue>(_text, Lowest, Highest, T);
        if (_problem is not null || !NumberText.TryParse<TValue>(_text, out var value) || Equals(value, _known)) return;
        _known = value;
        await ValueChanged.InvokeAsync(value);
    }

    private static bool Equals(TValue? a, TValue? b) => EqualityComparer<TValue?>.Default.Equals(a, b);

    private static string? Text(double? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public void Dispose() => Group?.Remove(this);
}
