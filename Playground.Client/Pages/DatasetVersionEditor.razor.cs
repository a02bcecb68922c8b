using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>What a version has, and the changes that would make another of it.</summary>
public sealed partial class DatasetVersionEditor(IDatasets datasets)
{
    private const int Samples = 6;

    private static readonly IReadOnlyList<Choice<int>> Channels = [new(3, "colour"), new(1, "grey")];
    private static readonly IReadOnlyList<Choice<string>> Crops = [.. new[] { "centre", "squash", "pad" }.Select(c => new Choice<string>(c, DatasetText.Crop(c)))];
    private static readonly IReadOnlyList<Choice<string>> Duplicates = [new("", "keep"), new("exact", "leave equal ones out"), new("similar", "leave nearly equal ones out")];

    private readonly Dictionary<string, string> _names = [];
    private readonly HashSet<string> _leftOut = [];
    private IReadOnlyList<int> _samples = [];
    private int _size, _channels;
    private string _crop = "", _duplicates = "";

    private sealed record Choice<T>(T Value, string Text);

    [Parameter, EditorRequired] public string Dataset { get; set; } = "";

    [Parameter, EditorRequired] public DatasetVersion Version { get; set; } = default!;

    /// <summary>Pictures marked on the wall: true where one is to be left out, false where it is to be taken.</summary>
    [Parameter, EditorRequired] public Dictionary<int, bool> Marks { get; set; } = default!;

    [Parameter, EditorRequired] public EventCallback<DatasetEdit> Submit { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Reset();
        // Spread over the whole, so that every class is likely among them.
        for (var i = 0; i < Math.Min(Samples, Version.Count); i++)
        {
            var page = await datasets.PicturesAsync(Dataset, new DatasetPictureQuery { Version = Version.Version, Excluded = false, Skip = (int)((long)i * Version.Count / Samples), Take = 1 }, CancellationToken.None);
            _samples = [.. _samples, .. page.Pictures.Select(p => p.Number)];
        }
    }

    private List<string> Changes
    {
        get
        {
            var changes = new List<string>();
            var (without, with) = (Marks.Values.Count(m => m), Marks.Values.Count(m => !m));
            if (without > 0) changes.Add($"{without} pictures left out");
            if (with > 0) changes.Add($"{with} taken in again");
            if (_leftOut.Count > 0) changes.Add($"without {string.Join(", ", _leftOut)}");
            if (_names.Count > 0) changes.Add(string.Join(", ", _names.Select(n => $"{n.Key} called {n.Value}")));
            if (_size != Version.Size) changes.Add($"{_size}×{_size} instead of {Version.Size}×{Version.Size}");
            if (_channels != Version.Channels) changes.Add(_channels == 1 ? "in grey" : "in colour");
            if (_crop != Version.Crop) changes.Add(DatasetText.Crop(_crop));
            if (_duplicates.Length > 0) changes.Add(_duplicates == "exact" ? "without equal ones" : "without nearly equal ones");
            return changes;
        }
    }

    private void Rename(string name, string? other)
    {
        if (string.IsNullOrWhiteSpace(other) || other.Trim() == name) _names.Remove(name);
        else _names[name] = other.Trim();
    }

    private void Take(string name, bool taken)
    {
        if (taken) _leftOut.Remove(name);
        else _leftOut.Add(name);
    }

    private Task MakeAsync() => Submit.InvokeAsync(new DatasetEdit
    {
        From = Version.Version,
        Exclude = [.. Marks.Where(m => m.Value).Select(m => m.Key).Order()],
        Include = [.. Marks.Where(m => !m.Value).Select(m => m.Key).Order()],
        ExcludeClasses = [.. _leftOut],
        ExcludeDuplicates = _duplicates.Length == 0 ? null : _duplicates,
        Rename = _names,
        Size = _size,
        Channels = _channels,
        Crop = _crop,
    });

    private void Discard()
    {
        Marks.Clear();
        Reset();
    }

    private void Reset()
    {
        _names.Clear();
        _leftOut.Clear();
        (_size, _channels, _crop, _duplicates) = (Version.Size, Version.Channels, Version.Crop, "");
    }

    private static Dictionary<string, object> Label(string text) => new() { ["aria-label"] = text };
}
