namespace Playground.Client.Contracts;

/// <summary>What to train, on what, and how, as the page and the HTTP API say it.</summary>
public sealed record TrainingRequest
{
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

    /// <summary>With it: a model that reads text, or the autoencoder for one; null: a model of images alone.</summary>
    public TextTraining? Text { get; init; }

    /// <summary>Whether the data set's classes are learned, where it has any.</summary>
    public bool Classes { get; init; } = true;

    /// <summary>How it is trained.</summary>
    public TrainingSettings Options { get; init; } = new();

    /// <summary>Steps between two looks at what the averaged weights sample, at least 1.</summary>
    public int SampleEvery { get; init; } = 250;

    /// <summary>Pictures in each look, 1 to 64; always the same seeds.</summary>
    public int SampleCount { get; init; } = 16;

    /// <summary>Steps of DDIM in each look, 1 to 100.</summary>
    public int SampleSteps { get; init; } = 20;

    /// <summary>Checkpoints that are kept to try and download, 1 to 1000; the oldest go first.</summary>
    public int KeepCheckpoints { get; init; } = 10;
}

/// <summary>A training on images and their captions. <see cref="TrainingRequest.Preset"/> says whether it is of an autoencoder, from images
/// to latents and back, or of a model that draws latents from text.</summary>
public sealed record TextTraining
{
    /// <summary>For a model that reads text: whose autoencoder is used, an installed model that reads text or the checkpoint of a training
    /// of
    /// an autoencoder, such as <c>training:ID@STEP</c>.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>
    /// What captions are made of: {text} is an image's caption, {class} its class. Several make several of an image; 1 to 8.
    /// </summary>
    public IReadOnlyList<string> Captions { get; init; } = ["{text}"];

    /// <summary>What previews show, in turn; empty: captions of the data set.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Tokens that are learned from the captions at the most, 515 to 49408.</summary>
    public int Tokens { get; init; } = 2048;
}

/// <summary>Low-rank adapters of the attention projections and convolutions.</summary>
public sealed record TrainingAdapters
{
    /// <summary>Rank of each layer's change, 1 to 256.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The change is scaled by alpha/rank; above 0 and at most 10000.</summary>
    public double Alpha { get; init; } = 8;
}

/// <summary>How a network is trained. docs/training.md explains each, with its formula.</summary>
public sealed record TrainingSettings
{
    public int Steps { get; init; } = 10_000;
    public int BatchSize { get; init; } = 64;
    public int Accumulate { get; init; } = 1;
    public double LearningRate { get; init; } = 2e-4;
    public int WarmupSteps { get; init; } = 100;
    public bool Cosine { get; init; }
    public string Prediction { get; init; } = "epsilon";
    public string Schedule { get; init; } = "linear";
    public int Timesteps { get; init; } = 1000;
    public double? BetaStart { get; init; }
    public double? BetaEnd { get; init; }
    public string Loss { get; init; } = "mse";
    public double HuberDelta { get; init; } = 1;
    public string Weighting { get; init; } = "uniform";
    public double MinSnrGamma { get; init; } = 5;
    public double P2Gamma { get; init; } = 1;
    public double P2K { get; init; } = 1;
    public double OffsetNoise { get; init; }
    public bool Flip { get; init; }
    public double Ema { get; init; } = 0.999;
    public string EmaWarmup { get; init; } = "ramp";
    public double EmaInvGamma { get; init; } = 1;
    public double EmaPower { get; init; } = 2.0 / 3;
    public int EmaUpdateAfterStep { get; init; }
    public ulong Seed { get; init; }
    public string Precision { get; init; } = "f32";
    public double ClipNorm { get; init; } = 1;
    public double LabelDropout { get; init; } = 0.1;
    public double Validation { get; init; }
    public int ValidateEvery { get; init; } = 500;
    public int ValidationExamples { get; init; } = 256;
    public int CheckpointEvery { get; init; } = 1000;
}
