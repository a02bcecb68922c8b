namespace Playground.Client.Pages;

/// <summary>A setting of a training as the page shows it.</summary>
/// <param name="Group">Its heading.</param>
/// <param name="Name">The property of <see cref="Contracts.TrainingSettings"/>, in camelCase.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Meaning">What it does and when to change it.</param>
public sealed record TrainingField(string Group, string Name, string Label, string Meaning)
{
    /// <summary>Whether it is a whole number; otherwise any number, unless it has choices or is a switch.</summary>
    public bool IsWhole { get; init; }

    public bool IsSwitch { get; init; }

    /// <summary>The values to choose from.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Folded away until asked for.</summary>
    public bool IsAdvanced { get; init; }

    /// <summary>Whether a model that is trained further settles it.</summary>
    public bool IsModels { get; init; }

    /// <summary>Another setting, and the value of it for which alone this one counts.</summary>
    public (string Name, string Value)? OnlyFor { get; init; }

    /// <summary>Whether it may be left empty.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>Every setting, in the order of the page.</summary>
internal static class TrainingFields
{
    private const string Length = "Length and speed", Learning = "Optimizer", Watching = "Validation and checkpoints",
        Averages = "Optimizer", Noise = "Noise and target", Losses = "Loss", Data = "Augmentation";

    public static IReadOnlyList<TrainingField> All { get; } =
    [
        new(Length, "steps", "Steps", "Updates of the weights. Can be changed during the run.") { IsWhole = true },
        new(Length, "batchSize", "Batch size", "Images per forward pass. Larger is steadier and needs more memory.") { IsWhole = true },
        new(Length, "accumulate", "Gradient accumulation",
            "Forward passes per step: the effect of a larger batch in the memory of a small one.") { IsWhole = true, IsAdvanced = true },
        new(Length, "precision", "Precision", "bf16 is faster on processors that support it; weights stay in float32.") { Choices = ["f32",
            "bf16"] },
        new(Length, "seed", "Seed", "The same seed gives exactly the same training.") { IsWhole = true },
        new(Learning, "learningRate", "Learning rate",
            "Size of each update. Too high diverges, too low is slow; use less for fine-tuning."),
        new(Learning, "warmupSteps", "Warm-up", "Steps over which the learning rate rises from 0.") { IsWhole = true },
        new(Learning, "cosine", "Cosine decay", "The learning rate falls to 0 by the last step. Best when the number of steps is fixed.")
            { IsSwitch = true },
        new(Learning, "clipNorm", "Gradient clipping", "Larger gradients are scaled down to this norm; 0 is off.") { IsAdvanced = true },
        new(Watching, "validation", "Validation share",
            "Fraction of the images kept for validation. A rising validation loss means overfitting."),
        new(Watching, "validateEvery", "Validate every … steps", "Steps between two validations.") { IsWhole = true },
        new(Watching, "validationExamples", "Validation images", "Most validation images used each time.") { IsWhole = true,
            IsAdvanced = true },
        new(Watching, "checkpointEvery", "Checkpoint every … steps",
            "Each checkpoint can be sampled from. A crash loses at most this many steps.") { IsWhole = true },
        new(Averages, "ema", "EMA decay", "Sampling uses averaged weights; closer to 1 averages over more steps. 0 is off."),
        new(Averages, "emaWarmup", "EMA warm-up", "How the decay builds up: ramp for short runs, power for long ones.")
            { Choices = ["ramp", "power"], IsAdvanced = true },
        new(Averages, "emaInvGamma", "EMA inverse gamma", "g in 1 − (1 + n/g)^−p.") { IsAdvanced = true, OnlyFor = ("emaWarmup", "power") },
        new(Averages, "emaPower", "EMA power", "p in 1 − (1 + n/g)^−p.") { IsAdvanced = true, OnlyFor = ("emaWarmup", "power") },
        new(Averages, "emaUpdateAfterStep", "EMA starts after", "Steps before averaging starts.") { IsWhole = true, IsAdvanced = true },
        new(Data, "flip", "Random flips", "Mirrors half of the images. Good for faces and landscapes; not for digits and text.")
            { IsSwitch = true },
        new(Data, "labelDropout", "Label dropout",
            "Fraction of class labels hidden in training, which guidance needs.") { IsAdvanced = true },
        new(Data, "offsetNoise", "Offset noise", "0.05 to 0.15 lets the model make very dark and very bright images.")
            { IsAdvanced = true },
        new(Noise, "prediction", "Prediction", "What the network predicts: the noise (epsilon), the image (sample), v, mu or the score.")
            { Choices = ["epsilon", "sample", "v_prediction", "mu", "score"], IsAdvanced = true, IsModels = true },
        new(Noise, "schedule", "Schedule", "How noise grows over the timesteps; squaredcos_cap_v2 suits small images.")
            { Choices = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"], IsAdvanced = true, IsModels = true },
        new(Noise, "timesteps", "Timesteps", "Number of noise levels.") { IsWhole = true, IsAdvanced = true, IsModels = true },
        new(Noise, "betaStart", "β start", "β at the first timestep; 0.1/T if empty.") { IsAdvanced = true, IsModels = true,
            IsOptional = true },
        new(Noise, "betaEnd", "β end", "β at the last timestep; 20/T if empty.") { IsAdvanced = true, IsModels = true, IsOptional = true },
        new(Losses, "loss", "Loss", "How errors are measured: squared, absolute, or in between.") { Choices = ["mse", "l1", "huber"],
            IsAdvanced = true },
        new(Losses, "huberDelta", "Huber δ", "Squared up to δ, absolute beyond.") { IsAdvanced = true, OnlyFor = ("loss", "huber") },
        new(Losses, "weighting", "Weighting",
            "How timesteps are weighted: equally, Min-SNR (learns in fewer steps) or P2 (structure before fine detail).")
                { Choices = ["uniform", "min_snr", "p2"], IsAdvanced = true },
        new(Losses, "minSnrGamma", "Min-SNR γ", "5 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "min_snr") },
        new(Losses, "p2Gamma", "P2 γ", "0.5 or 1 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "p2") },
        new(Losses, "p2K", "P2 k", "1 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "p2") },
    ];
}
