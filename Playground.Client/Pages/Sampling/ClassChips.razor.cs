using Microsoft.AspNetCore.Components;

namespace Playground.Client.Pages.Sampling;

/// <summary>Which classes to draw: some, which take turns, or all.</summary>
public sealed partial class ClassChips
{
    /// <summary>How many classes the model has.</summary>
    [Parameter, EditorRequired] public int Count { get; set; }

    /// <summary>What they are called; empty: by their numbers.</summary>
    [Parameter] public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>Those that are chosen; none: all. Changed in place.</summary>
    [Parameter, EditorRequired] public ISet<int> Chosen { get; set; } = new SortedSet<int>();

    /// <summary>Others are chosen.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private Task AllAsync()
    {
        Chosen.Clear();
        return Changed.InvokeAsync();
    }

    private Task ToggleAsync(int k)
    {
        if (!Chosen.Remove(k)) Chosen.Add(k);
        return Changed.InvokeAsync();
    }
}
