using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>What a version has, and the changes that would make another of it.</summary>
public sealed partial class DatasetVersionEditor(IDatasets datasets)
{
    private const int Samples = 6;

    private static readonly Option<int>[] s_channels = [new(3, "Color"), new(1, "Grayscale")];
    private static readonly Option<string>[] s_crops = [new("centre", "Center crop"), new("squash", "Stretch"),
        new("pad", "Pad with black")];
    private static readonly Option<string>[] s_duplicates =
        [new("", "Keep"), new("exact", "Exclude exact duplicates"), new("similar", "Exclude near duplicates")];

    private readonly Dictionary<string, string> _names = [];
    private readonly HashSet<string> _leftOut = [];
    private IReadOnlyList<int> _samples = [];
    private int _size, _channels;
    private string _crop = "", _duplicates = "";

    // Rises with every discard, so that texts that are no values go too.
    private int _edition;
    private FieldGroup? _fields;

    /// <summary>The data set's id.</summary>
    [Parameter, EditorRequired] public string Dataset { get; set; } = "";

    /// <summary>The version that another is made of.</summary>
    [Parameter, EditorRequired] public DatasetVersion Version { get; set; } = default!;

    /// <summary>Images marked on the wall: true where one is to be excluded, false where it is to be included again.</summary>
    [Parameter, EditorRequired] public Dictionary<int, bool> Marks { get; set; } = default!;

    /// <summary>Makes the new version.</summary>
    [Parameter, EditorRequired] public EventCallback<DatasetEdit> Submit { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Reset();
        // Spread over the whole, so that every class is likely among them.
        var count = Math.Min(Samples, Version.Count);
        for (var i = 0; i < count; i++)
        {
            var skip = (int)((long)i * Version.Count / count);
            var query = new DatasetPictureQuery { Version = Version.Version, Excluded = false, Skip = skip, Take = 1 };
            var page = await datasets.PicturesAsync(Dataset, query, CancellationToken.None);
            _samples = [.. _samples, .. page.Pictures.Select(p => p.Number)];
        }
    }

    private string PreviewQuery => $"side=256&size={_size}&channels={_channels}&crop={_crop}";

    private IReadOnlyList<Picture> Previews
        => [.. _samples.Select(n => new Picture($"api/v1/datasets/{Dataset}/versions/{Version.Version}/pictures/{n}.webp?{PreviewQuery}",
            $"Image {n}"))];

    private List<string> Changes
    {
        get
        {
            var changes = new List<string>();
            var (without, with) = (Marks.Values.Count(m => m), Marks.Values.Count(m => !m));
            if (without > 0) changes.Add($"{DatasetText.Count(without, "image")} excluded");
            if (with > 0) changes.Add($"{DatasetText.Count(with, "image")} included again");
            if (_leftOut.Count > 0) changes.Add($"without {string.Join(", ", _leftOut)}");
            if (_names.Count > 0) changes.Add(string.Join(", ", _names.Select(n => $"{n.Key} renamed to {n.Value}")));
            if (_size != Version.Size) changes.Add($"{_size}×{_size} instead of {Version.Size}×{Version.Size}");
            if (_channels != Version.Channels) changes.Add(_channels == 1 ? "grayscale" : "color");
            if (_crop != Version.Crop) changes.Add(DatasetText.Crop(_crop));
            if (_duplicates.Length > 0) changes.Add(_duplicates == "exact" ? "without exact duplicates" : "without near duplicates");
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

    private async Task MakeAsync()
    {
        if (_fields is null || await _fields.CheckAsync()) await Submit.InvokeAsync(Edit());
    }

    private DatasetEdit Edit() => new()
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
    };

    private void Discard()
    {
        Marks.Clear();
        _edition++;
        Reset();
    }

    private void Reset()
    {
        _names.Clear();
        _leftOut.Clear();
        (_size, _channels, _crop, _duplicates) = (Version.Size, Version.Channels, Version.Crop, "");
    }

    private static Dictionary<string, object?> NameOf(string item)
        => new() { ["aria-label"] = $"Name of the class {item}", ["autocomplete"] = "off" };

    private static Dictionary<string, object?> IncludeOf(string item) => new() { ["aria-label"] = $"Include the class {item}" };
}
