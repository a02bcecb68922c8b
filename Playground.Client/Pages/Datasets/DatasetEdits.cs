using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Datasets;

/// <summary>The changes to a version that are not in any version yet.</summary>
public sealed class DatasetEdits
{
    private DatasetVersion? _version;

    /// <summary>Images marked on the wall: true where one is to be excluded, false where it is to be included again.</summary>
    public Dictionary<int, bool> Marks { get; } = [];

    /// <summary>Other names of classes, by the ones that they have.</summary>
    public Dictionary<string, string> Names { get; } = [];

    /// <summary>Classes whose images are to be excluded.</summary>
    public HashSet<string> Excluded { get; } = [];

    /// <summary>Height and width in pixels.</summary>
    public int Size { get; set; }

    /// <summary>1: gray, 3: color.</summary>
    public int Channels { get; set; }

    /// <summary><c>centre</c>, <c>squash</c> or <c>pad</c>.</summary>
    public string Crop { get; set; } = "";

    /// <summary><c>exact</c>, <c>similar</c>, or empty where duplicates stay.</summary>
    public string Duplicates { get; set; } = "";

    /// <summary>Rises with every discard, so that texts in fields that are no values go too.</summary>
    public int Edition { get; private set; }

    /// <summary>Whether a version with them would be another one.</summary>
    public bool Any => _version is { } v && (Marks.Count > 0 || Names.Count > 0 || Excluded.Count > 0 || Size != v.Size
        || Channels != v.Channels || Crop != v.Crop || Duplicates.Length > 0);

    /// <summary>Begins anew, with a version as it is.</summary>
    public void Begin(DatasetVersion version)
    {
        _version = version;
        Marks.Clear();
        Names.Clear();
        Excluded.Clear();
        (Size, Channels, Crop, Duplicates) = (version.Size, version.Channels, version.Crop, "");
        Edition++;
    }

    /// <summary>Gives a class another name; its own, or none, takes that back.</summary>
    public void Rename(string name, string? other)
    {
        if (string.IsNullOrWhiteSpace(other) || other.Trim() == name) Names.Remove(name);
        else Names[name] = other.Trim();
    }

    /// <summary>Includes or excludes the images of a class.</summary>
    public void Include(string name, bool isIncluded)
    {
        if (isIncluded) Excluded.Remove(name);
        else Excluded.Add(name);
    }

    /// <summary>What the new version is to be made of.</summary>
    public DatasetEdit ToEdit() => new()
    {
        From = _version!.Version,
        Exclude = [.. Marks.Where(m => m.Value).Select(m => m.Key).Order()],
        Include = [.. Marks.Where(m => !m.Value).Select(m => m.Key).Order()],
        ExcludeClasses = [.. Excluded],
        ExcludeDuplicates = Duplicates.Length == 0 ? null : Duplicates,
        Rename = new Dictionary<string, string>(Names),
        Size = Size,
        Channels = Channels,
        Crop = Crop,
    };

    /// <summary>Each change in words.</summary>
    public IReadOnlyList<string> Describe(IStringLocalizer<DatasetsTexts> texts)
    {
        if (_version is not { } version) return [];
        var changes = new List<string>();
        var (without, with) = (Marks.Values.Count(m => m), Marks.Values.Count(m => !m));
        if (without > 0) changes.Add(texts.Plural("ChangeExcluded", without));
        if (with > 0) changes.Add(texts.Plural("ChangeIncluded", with));
        if (Excluded.Count > 0) changes.Add(texts["ChangeWithout", string.Join(", ", Excluded)]);
        changes.AddRange(Names.Select(n => texts["ChangeRenamed", n.Key, n.Value].Value));
        if (Size != version.Size) changes.Add(texts["ChangeSize", Size, version.Size]);
        if (Channels != version.Channels) changes.Add(DatasetText.Colors(Channels, texts));
        if (Crop != version.Crop) changes.Add(texts[$"Crop_{Crop}"]);
        if (Duplicates.Length > 0) changes.Add(texts[$"Drop_{Duplicates}"]);
        return changes;
    }
}
