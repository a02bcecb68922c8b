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

    /// <summary>Whether the text encoder of a model that is gone on from is trained too.</summary>
    public bool TrainEncoder { get; set; }

    /// <param name="kind">What is trained.</param>
    /// <param name="isTuning">Whether a model is gone on from.</param>
    /// <param name="isLora">Whether adapters of it are trained.</param>
    public TextTraining ToRequest(string kind, bool isTuning, bool isLora) => kind == Autoencoder ? new() : new()
    {
        Autoencoder = isTuning ? null : From,
        Captions = Lines(Captions),
        Prompts = Lines(Prompts),
        Tokens = Tokens,
        TrainEncoder = isTuning && !isLora && TrainEncoder,
    };

    /// <summary>Takes what another training was asked for.</summary>
    public void Take(TextTraining text)
    {
        (From, Tokens, TrainEncoder) = (text.Autoencoder ?? "", text.Tokens, text.TrainEncoder);
        (Captions, Prompts) = (string.Join('\n', text.Captions), string.Join('\n', text.Prompts));
    }

    /// <summary>What stands on the lines of a field.</summary>
    public static string[] Lines(string text)
        => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
