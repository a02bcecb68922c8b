using System.ComponentModel.DataAnnotations;

namespace Playground.Client.Contracts;

/// <summary>What to train, on what, and how, as the page and the HTTP API say it.</summary>
public sealed record TrainingRequest
{
    /// <summary>Most characters of <see cref="Name"/>.</summary>
    public const int MaxName = 100;

    /// <summary>Most images of a preview, most steps that it takes, and most checkpoints that are kept.</summary>
    public const int MostPreviewImages = 64, MostPreviewSteps = 100, MostCheckpoints = 1000;

    /// <summary>What people call it, at most 100 characters; null: it is named by its data and network.</summary>
    [MaxLength(MaxName)]
    public string? Name { get; init; }

    /// <summary>Id of a data set.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>Its version; null: the newest, which the job then keeps to.</summary>
    public int? Version { get; init; }

    /// <summary>The architecture to train from scratch: a name from the presets. Left out where <see cref="Model"/> is given.</summary>
    public string? Preset { get; init; }

    /// <summary>The model to go on from: an installed one, or a checkpoint's name. Its parameterization and schedule stay.</summary>
    public string? Model { get; init; }

    /// <summary>With <see cref="Model"/>: trains adapters instead of all weights; null: all weights.</summary>
    public TrainingAdapters? Lora { get; init; }

    /// <summary>
    /// With it: a model that reads text, or the autoencoder for one; null: a model of images alone. With <see cref="Model"/>, which must
    /// then read text, what its captions are made of.
    /// </summary>
    public TextTraining? Text { get; init; }

    /// <summary>Whether the data set's classes are learned, where it has any.</summary>
    public bool Classes { get; init; } = true;

    /// <summary>How it is trained.</summary>
    public TrainingOptions Options { get; init; } = new();

    /// <summary>Steps between two previews, which the averaged weights sample, at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int SampleEvery { get; init; } = 250;

    /// <summary>Images in each preview, 1 to 64; always the same seeds.</summary>
    [Range(1, MostPreviewImages)]
    public int SampleCount { get; init; } = 16;

    /// <summary>Steps of DDIM in each preview, 1 to 100.</summary>
    [Range(1, MostPreviewSteps)]
    public int SampleSteps { get; init; } = 20;

    /// <summary>Checkpoints that are kept to try and download, 1 to 1000; the oldest go first.</summary>
    [Range(1, MostCheckpoints)]
    public int KeepCheckpoints { get; init; } = 10;
}

/// <summary>A training on images and their captions. <see cref="TrainingRequest.Preset"/> says whether it is of an autoencoder, from images
/// to latents and back, or of a model that draws latents from text.</summary>
public sealed record TextTraining
{
    /// <summary>For a model that reads text and begins from scratch: whose autoencoder is used, an installed model that reads text or the
    /// checkpoint of a training of an autoencoder, such as <c>training:ID@STEP</c>. A model that is gone on from has its own.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>
    /// What captions are made of: {text} is an image's caption, {class} its class, and any other name what its line of
    /// <c>metadata.jsonl</c> says under it, such as {text_zh} or {style}. Several make several of an image; 1 to 8.
    /// </summary>
    public IReadOnlyList<string> Captions { get; init; } = ["{text}"];

    /// <summary>What previews show, in turn; empty: captions of the data set.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Tokens that are learned from the captions at the most, 515 to 49408.</summary>
    public int Tokens { get; init; } = 2048;

    /// <summary>
    /// With <see cref="TrainingRequest.Model"/>: whether the text encoder is trained too; not with <see cref="TrainingRequest.Lora"/>.
    /// </summary>
    public bool TrainEncoder { get; init; }
}

/// <summary>Low-rank adapters of the attention projections, and of the convolutions of models of images alone.</summary>
public sealed record TrainingAdapters
{
    /// <summary>Largest <see cref="Rank"/> and <see cref="Alpha"/>.</summary>
    public const int MaxRank = 256, MaxAlpha = 10_000;

    /// <summary>Rank of each layer's change, 1 to 256.</summary>
    [Range(1, MaxRank)]
    public int Rank { get; init; } = 8;

    /// <summary>The change is scaled by alpha/rank; above 0 and at most 10000.</summary>
    [Range(0d, MaxAlpha, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 8;
}
