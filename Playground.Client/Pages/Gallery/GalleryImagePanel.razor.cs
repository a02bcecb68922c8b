using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Gallery;

/// <summary>What is known of the image that the viewer shows, and what can be changed of it.</summary>
public sealed partial class GalleryImagePanel(ISampling sampling)
{
    private string? _tag;

    /// <summary>The image.</summary>
    [Parameter, EditorRequired] public GalleryImageDetail Detail { get; set; } = null!;

    /// <summary>The boards that it can be on.</summary>
    [Parameter] public IReadOnlyList<BoardView> Boards { get; set; } = [];

    /// <summary>Changes the image.</summary>
    [Parameter, EditorRequired] public Func<GalleryEdit, Task> Edit { get; set; } = _ => Task.CompletedTask;

    private IEnumerable<(string Name, string Value)> Facts
    {
        get
        {
            var (image, recipe) = (Detail.Image, Detail.Recipe);
            if (image.Prompt is { } prompt) yield return ("Prompt", prompt);
            yield return ("Model", Detail.ModelHash.Length > 0 ? $"{image.Model} ({Detail.ModelHash})" : image.Model);
            if (Detail.Dataset is { } dataset) yield return ("Dataset", dataset);
            yield return ("Sampler", sampling.Samplers.FirstOrDefault(s => s.Name == Detail.Sampler)?.Title ?? Detail.Sampler);
            yield return ("Steps", $"{recipe.Steps}");
            yield return ("Seed", $"{image.Seed}");
            if (image.Class is { } k) yield return ("Class", $"{k}");
            if (recipe.Guidance != 1) yield return ("Guidance", $"{recipe.Guidance}");
            if (recipe.Eta != 0) yield return ("Eta", $"{recipe.Eta}");
            if (recipe.VariationStrength > 0) yield return ("Variation", $"{recipe.VariationStrength} ({recipe.VariationSeed})");
            if (recipe.Init.Count > 0 && recipe.Strength is { } strength) yield return ("Strength", $"{strength}");
            yield return ("Size", $"{image.Width}×{image.Height}");
        }
    }

    private Task ChangeAsync(GalleryEdit edit) => Edit(edit with { Ids = [Detail.Image.Id] });

    private async Task AddTagAsync()
    {
        if (string.IsNullOrWhiteSpace(_tag)) return;
        var tag = _tag;
        _tag = "";
        await ChangeAsync(new GalleryEdit { AddTags = [tag] });
    }
}
