using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Gallery;

/// <summary>The search, the filters, and a chip for each that is set.</summary>
public sealed partial class GalleryFilters
{
    private bool _isOpen;

    /// <summary>What is set.</summary>
    [Parameter, EditorRequired] public GalleryFilterState Filter { get; set; } = new();

    /// <summary>What can be chosen; null: not known yet.</summary>
    [Parameter] public GalleryFacets? Facets { get; set; }

    /// <summary>Another value was set.</summary>
    [Parameter] public EventCallback<GalleryFilterState> Changed { get; set; }

    private IEnumerable<(string Text, GalleryFilterState Without)> Chips
    {
        get
        {
            if (Filter.Text is { } text) yield return (T["ChipText", text], Filter with { Text = null });
            if (Filter.Model is { } model) yield return (T["ChipModel", model], Filter with { Model = null });
            if (Filter.Dataset is { } dataset) yield return (T["ChipDataset", dataset], Filter with { Dataset = null });
            if (Filter.Sampler is { } sampler) yield return (T["ChipSampler", sampler], Filter with { Sampler = null });
            if (Filter.Tag is { } tag) yield return (T["ChipTag", tag], Filter with { Tag = null });
            if (Filter.Seed is { } seed) yield return (T["ChipSeed", $"{seed}"], Filter with { Seed = null });
            if (Filter.Class is { } k) yield return (T["ChipClass", $"{k}"], Filter with { Class = null });
            if (Filter.Rating > 0) yield return (T.Plural("RatingFrom", Filter.Rating), Filter with { Rating = 0 });
            if (Filter.From is { } from) yield return (T["ChipFrom", Text(from)!], Filter with { From = null });
            if (Filter.To is { } to) yield return (T["ChipTo", Text(to)!], Filter with { To = null });
            if (Filter.Run is not null) yield return (T["ChipRun"], Filter with { Run = null });
        }
    }

    private IReadOnlyList<Option<int>> Ratings
        => [new(0, T["AnyValue"]), .. Enumerable.Range(1, 5).Select(s => new Option<int>(s, T.Plural("RatingFrom", s)))];

    private Task SetAsync(GalleryFilterState filter) => Changed.InvokeAsync(filter);

    // The value that is set is there although no image has it any more.
    private IReadOnlyList<Option<string?>> Options(IReadOnlyList<GalleryFacet>? facets, string? set)
    {
        var known = facets ?? [];
        IEnumerable<Option<string?>> gone = set is not null && known.All(f => f.Name != set) ? [new(set, set)] : [];
        return [new(null, T["AnyValue"]), .. known.Select(f => new Option<string?>(f.Name, $"{f.Name} ({f.Count:N0})")), .. gone];
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly? Day(ChangeEventArgs e)
        => DateOnly.TryParseExact(e.Value?.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
}
