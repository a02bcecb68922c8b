using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>What every field has around its input: a label above, a hint below, and the problem with its value below that.</summary>
public sealed partial class FieldFrame
{
    /// <summary>Id of the input. Those of the texts around it are derived from it.</summary>
    [Parameter, EditorRequired] public string For { get; set; } = "";

    /// <summary>What the value is.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>One short sentence: what the value does, or when to change it; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Why the value cannot be used: the value, the limit, what to do; null: it can.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>Further classes of the frame.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>The input, with the id <see cref="For"/>.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>Id of the label of the input <paramref name="input"/>, for inputs that a <c>label</c> element cannot name.</summary>
    public static string LabelId(string input) => $"{input}-label";

    /// <summary>The attributes by which an input refers to the texts of its frame.</summary>
    /// <param name="input">Its id.</param>
    /// <param name="hint">The frame's <see cref="Hint"/>.</param>
    /// <param name="problem">The frame's <see cref="Problem"/>.</param>
    internal static string? DescribedBy(string input, string? hint, string? problem)
    {
        string?[] ids = [string.IsNullOrEmpty(hint) ? null : HintId(input), string.IsNullOrEmpty(problem) ? null : ProblemId(input)];
        return ids.OfType<string>().ToArray() is { Length: > 0 } used ? string.Join(' ', used) : null;
    }

    private static string HintId(string input) => $"{input}-hint";

    private static string ProblemId(string input) => $"{input}-problem";
}
