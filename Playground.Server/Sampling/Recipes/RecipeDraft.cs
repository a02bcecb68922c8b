using System.Text.Json.Nodes;
using Playground.Client.Contracts;

namespace Playground.Server.Sampling.Recipes;

/// <summary>A recipe while it is read: the fields of a request that are known so far, and what is to be said of the rest.</summary>
internal sealed class RecipeDraft
{
    private readonly List<RecipeNote> _notes = [];
    private readonly List<string> _unused = [];

    /// <summary>By the names of <see cref="SampleRequest"/>'s fields.</summary>
    public JsonObject Fields { get; } = [];

    /// <summary>First digits of the SHA-256 of the model's weights; null where it is not told.</summary>
    public string? ModelHash { get; set; }

    /// <summary>What is to be said, with those keys last that are not used.</summary>
    public IReadOnlyList<RecipeNote> Notes => _unused.Count == 0 ? _notes
        : [.. _notes, new RecipeNote("", $"Not used: {string.Join(", ", _unused.Distinct().Select(UntrustedText.Show))}.")];

    /// <summary>Says something of a field.</summary>
    public void Note(string field, string message)
    {
        var note = new RecipeNote(field, message);
        if (!_notes.Contains(note)) _notes.Add(note);
    }

    /// <summary>Lists a key that nothing here stands for.</summary>
    public void Skip(string key) => _unused.Add(key);
}
