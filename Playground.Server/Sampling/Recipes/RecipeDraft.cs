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
        : [.. _notes, new RecipeNote("", Remark.Of(RecipeCode.NotUsed,
            $"Not used: {string.Join(", ", _unused.Distinct().Select(UntrustedText.Show))}."))];

    /// <summary>Says something of a field.</summary>
    public void Note(string field, string code, Sentence sentence) => Add(field, Remark.Of(code, sentence));

    /// <summary>Says of a field why a request with it is refused.</summary>
    public void NoteRefusal(string field, string message) => Add(field, new Remark("", message, []));

    /// <summary>Says that a text cannot be used.</summary>
    /// <param name="field">Its field.</param>
    /// <param name="key">What it is called where it was read.</param>
    /// <param name="problem">What is wrong with it.</param>
    public void Refuse(string field, string key, TextProblem problem)
    {
        var name = UntrustedText.Show(key);
        if (problem is { Length: { } length, Most: var most })
            Note(field, RecipeCode.TooLong, $"{name} has {length:N0} characters; at most {most:N0} are allowed, so it is not used.");
        else Note(field, RecipeCode.Unseen, $"{name} has characters that cannot be seen, so it is not used.");
    }

    /// <summary>Lists a key that nothing here stands for.</summary>
    public void Skip(string key) => _unused.Add(key);

    private void Add(string field, Remark remark)
    {
        var note = new RecipeNote(field, remark);
        if (!_notes.Contains(note)) _notes.Add(note);
    }
}
