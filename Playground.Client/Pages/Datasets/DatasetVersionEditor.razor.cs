using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Datasets;

/// <summary>What a version has, and fields for what another of it is to have.</summary>
public sealed partial class DatasetVersionEditor(IDatasets datasets)
{
    private const int Samples = 6;

    private IReadOnlyList<int> _samples = [];
    private FieldGroup? _fields;

    /// <summary>The data set's id.</summary>
    [Parameter, EditorRequired] public string Dataset { get; set; } = "";

    /// <summary>The version that another is made of.</summary>
    [Parameter, EditorRequired] public DatasetVersion Version { get; set; } = default!;

    /// <summary>What is changed in place.</summary>
    [Parameter, EditorRequired] public DatasetEdits Edits { get; set; } = default!;

    /// <summary>The edits were changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    /// <summary>Whether every field can be used. Where one cannot, the first of those gets the focus.</summary>
    public Task<bool> CheckAsync() => _fields?.CheckAsync() ?? Task.FromResult(true);

    protected override async Task OnInitializedAsync()
    {
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

    private string PreviewQuery => $"side=256&size={Edits.Size}&channels={Edits.Channels}&crop={Edits.Crop}";

    private IReadOnlyList<Picture> Previews
        => [.. _samples.Select(n => new Picture($"api/v1/datasets/{Dataset}/versions/{Version.Version}/pictures/{n}.webp?{PreviewQuery}",
            T["ImageNumber", n]))];

    private Task Change(Action change)
    {
        change();
        return Changed.InvokeAsync();
    }

    private Dictionary<string, object?> NameOf(string item)
        => new() { ["aria-label"] = T["NameOfClass", item].Value, ["autocomplete"] = "off" };

    private Dictionary<string, object?> IncludeOf(string item) => new() { ["aria-label"] = T["IncludeClass", item].Value };
}
