using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>For a data set with captions: whether a model of images alone, one that reads text, or an autoencoder is trained.</summary>
public sealed partial class TextTrainingFields
{
    private const int MostShown = 60;

    /// <summary>One of <see cref="TextTrainingSettings"/>'s kinds.</summary>
    [Parameter, EditorRequired] public string Kind { get; set; } = TextTrainingSettings.Images;

    /// <summary>Another kind was chosen.</summary>
    [Parameter] public EventCallback<string> KindChanged { get; set; }

    /// <summary>What is set; changed in place.</summary>
    [Parameter, EditorRequired] public TextTrainingSettings Settings { get; set; } = new();

    /// <summary>Where the autoencoders are.</summary>
    [Parameter, EditorRequired] public TrainingChoices Choices { get; set; } = new([], []);

    /// <summary>Whether a model is gone on from, which has an autoencoder.</summary>
    [Parameter] public bool IsTuning { get; set; }

    /// <summary>The data set.</summary>
    [Parameter, EditorRequired] public TrainingDataset Set { get; set; } = null!;

    /// <summary>What is wrong with a field; null: nothing.</summary>
    [Parameter] public Func<string, string?> Problem { get; set; } = _ => null;

    /// <summary>Something was changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private IReadOnlyList<Option<string>> Autoencoders => [.. Fitting(Choices, Set).Select(a => new Option<string>(a.Name, a.Title))];

    /// <summary>The autoencoders that take a data set's images.</summary>
    internal static IEnumerable<AutoencoderChoice> Fitting(TrainingChoices choices, TrainingDataset set)
        => choices.Autoencoders.Where(a => a.Channels == set.Channels && set.Size % a.Multiple == 0);

    private string Chosen
    {
        get
        {
            if (Autoencoders.All(a => a.Value != Settings.From)) Settings.From = Autoencoders.Count > 0 ? Autoencoders[0].Value : "";
            return Settings.From;
        }
    }

    private const string Own = "";

    private bool _own;

    private bool IsOwn => _own || Set.CaptionFields.All(f => Template(f) != Settings.Captions.Trim());

    // Of own templates it stands beside these.
    private string? FieldProblem => IsOwn ? null : Problem("text.captions");

    private string Field => IsOwn ? Own : Settings.Captions.Trim();

    // What a field is called, with what an image says under it.
    private IReadOnlyList<Option<string>> Fields =>
    [
        .. Set.CaptionFields.Select(f => new Option<string>(Template(f), Set.CaptionExample.GetValueOrDefault(f) is { } example
            ? T["CaptionFieldNamed", f, Short(example)] : f)),
        new Option<string>(Own, T["CaptionOwn"]),
    ];

    private string Names => string.Join(' ', Set.CaptionFields.Select(Template));

    private IReadOnlyList<string> Unknown
        => [.. TextTrainingSettings.Lines(Settings.Captions).SelectMany(CaptionTemplate.FieldsOf).Distinct()
        .Except(Set.CaptionFields).Select(Template)];

    private IReadOnlyList<string> Examples => [.. TextTrainingSettings.Lines(Settings.Captions)
        .Select(t => CaptionTemplate.Fill(t, f => Set.CaptionExample.GetValueOrDefault(f))).OfType<string>().Distinct()];

    private void ChooseField(string template)
    {
        _own = template == Own;
        if (!_own) Settings.Captions = template;
    }

    private static string Template(string field) => $"{{{field}}}";

    private static string Short(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";

    private Task Change(Action change)
    {
        change();
        return Changed.InvokeAsync();
    }
}
