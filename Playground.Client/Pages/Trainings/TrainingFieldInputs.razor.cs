using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;

namespace Playground.Client.Pages.Trainings;

/// <summary>Inputs for some of a training's settings, each with what it means and what the server said against it.</summary>
public sealed partial class TrainingFieldInputs
{
    /// <summary>What to show.</summary>
    [Parameter, EditorRequired] public IEnumerable<Setting> Fields { get; set; } = [];

    /// <summary>The settings by name.</summary>
    [Parameter, EditorRequired] public JsonObject Settings { get; set; } = [];

    /// <summary>What the server said against values, by <c>options.NAME</c>.</summary>
    [Parameter] public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    /// <summary>A value was typed.</summary>
    [Parameter] public EventCallback<(Setting Field, JsonNode? Value)> Typed { get; set; }

    private string? Problem(Setting field)
        => Problems.TryGetValue("options." + field.Name, out var problems) ? string.Join(" ", problems) : null;

    private ulong Whole(Setting field)
        => Settings[field.Name]?.AsValue().TryGetValue<ulong>(out var n) == true ? n : (ulong)Math.Max(0, Number(field) ?? 0);

    private double? Number(Setting field) => Settings[field.Name]?.GetValue<double>();

    // A tenth of what is there: learning rates and shares have very different sizes.
    private double Step(Setting field)
        => Number(field) is { } n and not 0 ? Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(n)) + 1e-9)) : 0.1;

    private Task Set(Setting field, JsonNode? value) => Typed.InvokeAsync((field, value));

    private static Dictionary<string, object?> Attributes(Setting field)
        => new() { ["name"] = field.Name, ["id"] = $"f-{field.Name}", ["aria-describedby"] = $"m-{field.Name}" };
}
