using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>What can be set of a training on captions, to a request.</summary>
public sealed class TextTrainingSettings
{
    public const string Images = "images", Autoencoder = "autoencoder", Model = "text";

    /// <summary>Whose autoencoder is used.</summary>
    public string From { get; set; } = "";

    /// <summary>Templates, one a line.</summary>
    public string Captions { get; set; } = "{text}";

    /// <summary>What previews show, one a line.</summary>
    public string Prompts { get; set; } = "";

    public int Tokens { get; set; } = 2048;

    public TextTraining ToRequest(string kind) => kind == Autoencoder ? new() : new()
    {
        Autoencoder = From,
        Captions = Lines(Captions),
        Prompts = Lines(Prompts),
        Tokens = Tokens,
    };

    private static string[] Lines(string text)
        => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
