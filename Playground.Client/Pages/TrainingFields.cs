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
    private const string Length = "Length and speed", Learning = "Learning rate", Watching = "Checks", Averages = "Averaged weights", Noise = "Noise and target", Losses = "Loss", Data = "Data";

    public static IReadOnlyList<TrainingField> All { get; } =
    [
        new(Length, "steps", "Steps", "Updates of the weights. May be changed while it runs.") { IsWhole = true },
        new(Length, "batchSize", "Batch", "Pictures per forward pass. More is steadier and takes more memory.") { IsWhole = true },
        new(Length, "accumulate", "Accumulate", "Forward passes per step: a larger batch in the memory of a small one.") { IsWhole = true, IsAdvanced = true },
        new(Length, "precision", "Precision", "bf16 is faster where the processor has it; weights stay in float32.") { Choices = ["f32", "bf16"] },
        new(Length, "seed", "Seed", "The same seed gives the same training, to the bit.") { IsWhole = true },
        new(Learning, "learningRate", "Learning rate", "How far each step goes. Too high diverges, too low crawls; go lower for fine-tuning."),
        new(Learning, "warmupSteps", "Warm-up", "Steps over which the rate rises from 0.") { IsWhole = true },
        new(Learning, "cosine", "Cosine", "The rate then falls to 0 at the last step: better where the number of steps is settled.") { IsSwitch = true },
        new(Learning, "clipNorm", "Gradient clipping", "A longer gradient is scaled down to this norm; 0 is off.") { IsAdvanced = true },
        new(Watching, "validation", "Held out", "Share of the pictures that is not trained on, to measure the loss on. A rising validation loss means learning by heart."),
        new(Watching, "validateEvery", "Measure every", "Steps between two measurements.") { IsWhole = true },
        new(Watching, "validationExamples", "Measure on", "Held-out pictures that one measurement takes at most.") { IsWhole = true, IsAdvanced = true },
        new(Watching, "checkpointEvery", "Checkpoint every", "Steps between checkpoints, each of which can be tried. A crash costs at most so many steps.") { IsWhole = true },
        new(Averages, "ema", "EMA decay", "Samples come from averaged weights; nearer to 1 averages longer. 0 is off."),
        new(Averages, "emaWarmup", "EMA warm-up", "How the decay is reached: ramp for short runs, power for long ones.") { Choices = ["ramp", "power"], IsAdvanced = true },
        new(Averages, "emaInvGamma", "EMA inverse gamma", "g in 1 − (1 + n/g)^−p.") { IsAdvanced = true, OnlyFor = ("emaWarmup", "power") },
        new(Averages, "emaPower", "EMA power", "p in 1 − (1 + n/g)^−p.") { IsAdvanced = true, OnlyFor = ("emaWarmup", "power") },
        new(Averages, "emaUpdateAfterStep", "EMA begins after", "Steps before the averaging begins.") { IsWhole = true, IsAdvanced = true },
        new(Data, "flip", "Mirror", "Half of the pictures are mirrored. For faces and landscapes; not for digits and text.") { IsSwitch = true },
        new(Data, "labelDropout", "Label dropout", "Share of the classes that is hidden, so that guidance works.") { IsAdvanced = true },
        new(Data, "offsetNoise", "Offset noise", "0.05 to 0.15 lets the model make very dark and very bright pictures.") { IsAdvanced = true },
        new(Noise, "prediction", "Predicts", "What the network answers: the noise (epsilon), the picture (sample), v, mu or the score.") { Choices = ["epsilon", "sample", "v_prediction", "mu", "score"], IsAdvanced = true, IsModels = true },
        new(Noise, "schedule", "Schedule", "How the noise grows; squaredcos_cap_v2 is gentler to small pictures.") { Choices = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"], IsAdvanced = true, IsModels = true },
        new(Noise, "timesteps", "Timesteps", "Number of noise levels.") { IsWhole = true, IsAdvanced = true, IsModels = true },
        new(Noise, "betaStart", "β start", "β at the first timestep; empty: 0.1/T.") { IsAdvanced = true, IsModels = true, IsOptional = true },
        new(Noise, "betaEnd", "β end", "β at the last timestep; empty: 20/T.") { IsAdvanced = true, IsModels = true, IsOptional = true },
        new(Losses, "loss", "Loss", "How an error is measured: squared, absolute, or between the two.") { Choices = ["mse", "l1", "huber"], IsAdvanced = true },
        new(Losses, "huberDelta", "Huber δ", "Up to δ squared, beyond it absolute.") { IsAdvanced = true, OnlyFor = ("loss", "huber") },
        new(Losses, "weighting", "Weighting", "Which timesteps count: all alike, Min-SNR (learns in fewer steps) or P2 (structure before fine noise).") { Choices = ["uniform", "min_snr", "p2"], IsAdvanced = true },
        new(Losses, "minSnrGamma", "Min-SNR γ", "5 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "min_snr") },
        new(Losses, "p2Gamma", "P2 γ", "0.5 or 1 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "p2") },
        new(Losses, "p2K", "P2 k", "1 in the paper.") { IsAdvanced = true, OnlyFor = ("weighting", "p2") },
    ];
}
