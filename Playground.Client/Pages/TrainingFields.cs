namespace Playground.Client.Pages;

/// <summary>A setting of a training as the page shows it. Its texts are <c>Field_NAME</c> and <c>Hint_NAME</c>.</summary>
/// <param name="Group">Its group; the heading is <c>Group_GROUP</c>.</param>
/// <param name="Name">The property of <see cref="Contracts.TrainingSettings"/>, in camelCase.</param>
public sealed record TrainingField(string Group, string Name)
{
    /// <summary>Whether it is a whole number; otherwise any number, unless it has choices or is a switch.</summary>
    public bool IsWhole { get; init; }

    public bool IsSwitch { get; init; }

    /// <summary>The values to choose from.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Smallest number.</summary>
    public double Min { get; init; }

    /// <summary>Largest number; null: any.</summary>
    public double? Max { get; init; }

    /// <summary>Whether a model that is trained further settles it.</summary>
    public bool IsModels { get; init; }

    /// <summary>Another setting, and the value of it for which alone this one counts.</summary>
    public (string Name, string Value)? OnlyFor { get; init; }

    /// <summary>Whether it may be left empty.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>Every setting, in the order of the page. The limits are those of the trainer; it refuses what is out of them too.</summary>
internal static class TrainingFields
{
    private const string Length = "length", Optimizer = "optimizer", Checks = "checks", Augmentation = "augmentation", Noise = "noise",
        Loss = "loss";

    public static IReadOnlyList<TrainingField> All { get; } =
    [
        new(Length, "steps") { IsWhole = true, Min = 1, Max = 100_000_000 },
        new(Length, "batchSize") { IsWhole = true, Min = 1, Max = 4096 },
        new(Length, "accumulate") { IsWhole = true, Min = 1, Max = 1024 },
        new(Length, "precision") { Choices = ["f32", "bf16"] },
        new(Length, "seed") { IsWhole = true },
        new(Optimizer, "learningRate") { Max = 1 },
        new(Optimizer, "warmupSteps") { IsWhole = true },
        new(Optimizer, "cosine") { IsSwitch = true },
        new(Optimizer, "clipNorm"),
        new(Optimizer, "ema") { Max = 1 },
        new(Optimizer, "emaWarmup") { Choices = ["ramp", "power"] },
        new(Optimizer, "emaInvGamma") { OnlyFor = ("emaWarmup", "power") },
        new(Optimizer, "emaPower") { OnlyFor = ("emaWarmup", "power") },
        new(Optimizer, "emaUpdateAfterStep") { IsWhole = true },
        new(Checks, "validation") { Max = 0.5 },
        new(Checks, "validateEvery") { IsWhole = true, Min = 1 },
        new(Checks, "validationExamples") { IsWhole = true, Min = 1 },
        new(Checks, "checkpointEvery") { IsWhole = true, Min = 1 },
        new(Augmentation, "flip") { IsSwitch = true },
        new(Augmentation, "labelDropout") { Max = 1 },
        new(Augmentation, "offsetNoise") { Max = 1 },
        new(Noise, "prediction") { Choices = ["epsilon", "sample", "v_prediction", "mu", "score"], IsModels = true },
        new(Noise, "schedule") { Choices = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"], IsModels = true },
        new(Noise, "timesteps") { IsWhole = true, Min = 2, Max = 100_000, IsModels = true },
        new(Noise, "betaStart") { Max = 1, IsModels = true, IsOptional = true },
        new(Noise, "betaEnd") { Max = 1, IsModels = true, IsOptional = true },
        new(Loss, "loss") { Choices = ["mse", "l1", "huber"] },
        new(Loss, "huberDelta") { OnlyFor = ("loss", "huber") },
        new(Loss, "weighting") { Choices = ["uniform", "min_snr", "p2"] },
        new(Loss, "minSnrGamma") { OnlyFor = ("weighting", "min_snr") },
        new(Loss, "p2Gamma") { OnlyFor = ("weighting", "p2") },
        new(Loss, "p2K") { OnlyFor = ("weighting", "p2") },
    ];
}
