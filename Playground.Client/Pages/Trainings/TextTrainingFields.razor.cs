using Microsoft.AspNetCore.Components;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>For a data set with captions: whether a model of images alone, one that reads text, or an autoencoder is trained.</summary>
public sealed partial class TextTrainingFields
{
    /// <summary>One of <see cref="TextTrainingSettings"/>'s kinds.</summary>
    [Parameter, EditorRequired] public string Kind { get; set; } = TextTrainingSettings.Images;

    /// <summary>Another kind was chosen.</summary>
    [Parameter] public EventCallback<string> KindChanged { get; set; }

    /// <summary>What is set; changed in place.</summary>
    [Parameter, EditorRequired] public TextTrainingSettings Settings { get; set; } = new();

    /// <summary>Where the autoencoders are.</summary>
    [Parameter, EditorRequired] public TrainingChoices Choices { get; set; } = new([], []);

    /// <summary>The data set.</summary>
    [Parameter, EditorRequired] public TrainingDataset Set { get; set; } = null!;

    /// <summary>What is wrong with a field; null: nothing.</summary>
    [Parameter] public Func<string, string?> Problem { get; set; } = _ => null;

    /// <summary>Something was changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private IReadOnlyList<Option<string>> Autoencoders => [.. Choices.Autoencoders
        .Where(a => a.Channels == Set.Channels && Set.Size % a.Multiple == 0)
        .Select(a => new Option<string>(a.Name, a.Title))];

    private string Chosen
    {
        get
        {
            if (Autoencoders.All(a => a.Value != Settings.From)) Settings.From = Autoencoders.Count > 0 ? Autoencoders[0].Value : "";
            return Settings.From;
        }
    }

    private Task Change(Action change)
    {
        change();
        return Changed.InvokeAsync();
    }
}
