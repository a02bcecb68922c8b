using System.ComponentModel.DataAnnotations;

namespace Playground.Settings;

/// <summary>How a network is trained. Steps are those of the optimizer. docs/training.md has the formulas.</summary>
[SettingTexts(typeof(TrainingSettingTexts))]
public sealed record TrainingOptions
{
    private const string Length = "length", Optimizer = "optimizer", Checks = "checks", Augmentation = "augmentation", Noise = "noise",
        Losses = "loss";

    /// <summary>Optimizer steps in all.</summary>
    [Setting(Length, "steps"), Range(1, 100_000_000)]
    public int Steps { get; init; } = 10_000;

    /// <summary>Examples per forward pass.</summary>
    [Setting(Length, "batch"), Range(1, 4096)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Forward passes whose gradients make one step, in the memory of one pass.</summary>
    [Setting(Length, "accumulate"), Range(1, 1024)]
    public int Accumulate { get; init; } = 1;

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    [Setting(Length, "precision", Allowed = "f32 or bf16"), AllowedValues("f32", "bf16")]
    public string Precision { get; init; } = "f32";

    /// <summary>Seed of the initial weights, the split, the order of the examples, timesteps and noise.</summary>
    [Setting(Length, "seed"), Range(typeof(ulong), "0", "18446744073709551615")]
    public ulong Seed { get; init; }

    /// <summary>AdamW's learning rate after the warm-up.</summary>
    [Setting(Optimizer, "lr"), Range(0d, 1d, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Steps over which the learning rate rises from 0.</summary>
    [Setting(Optimizer, "warmup"), Range(0, int.MaxValue)]
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Whether the learning rate then falls to 0 along a cosine.</summary>
    [Setting(Optimizer, "lr-schedule", Words = "constant,cosine")]
    public bool Cosine { get; init; }

    /// <summary>Greatest norm of the gradient; above it the gradient is scaled down; 0 switches it off.</summary>
    [Setting(Optimizer, "clip-norm", Allowed = "above 0, or 0 for none"), Range(0d, double.PositiveInfinity)]
    public double ClipNorm { get; init; } = 1;

    /// <summary>Greatest decay of the moving average of the weights; 0 switches it off.</summary>
    [Setting(Optimizer, "ema"), Range(0d, 1d, MaximumIsExclusive = true)]
    public double Ema { get; init; } = 0.999;

    /// <summary>How that decay is reached: <c>ramp</c> or <c>power</c>.</summary>
    [Setting(Optimizer, "ema-warmup"), AllowedValues("ramp", "power")]
    public string EmaWarmup { get; init; } = "ramp";

    /// <summary>inv_gamma of the power warm-up.</summary>
    [Setting(Optimizer, "ema-inv-gamma", OnlyFor = "emaWarmup=power"), Range(0d, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double EmaInvGamma { get; init; } = 1;

    /// <summary>Power of the power warm-up: 2/3 for runs of a million steps, 3/4 for shorter ones.</summary>
    [Setting(Optimizer, "ema-power", OnlyFor = "emaWarmup=power"), Range(0d, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double EmaPower { get; init; } = 2.0 / 3;

    /// <summary>Steps before the averaging begins; until then the average is the weights.</summary>
    [Setting(Optimizer, "ema-update-after-step"), Range(0, int.MaxValue)]
    public int EmaUpdateAfterStep { get; init; }

    /// <summary>Share of the examples that is held out to measure the loss on; 0: none.</summary>
    [Setting(Checks, "validation"), Range(0d, 0.5)]
    public double Validation { get; init; }

    /// <summary>Steps between two measurements on the held-out examples; the last step measures too.</summary>
    [Setting(Checks, "validate-every"), Range(1, int.MaxValue)]
    public int ValidateEvery { get; init; } = 500;

    /// <summary>How many of the held-out examples a measurement takes at most.</summary>
    [Setting(Checks, "validation-examples"), Range(1, int.MaxValue)]
    public int ValidationExamples { get; init; } = 256;

    /// <summary>Steps between checkpoints.</summary>
    [Setting(Checks, "checkpoint-every"), Range(1, int.MaxValue)]
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>Whether half of the images, drawn at random, are mirrored left to right.</summary>
    [Setting(Augmentation, "flip")]
    public bool Flip { get; init; }

    /// <summary>Share of the labels replaced by "no class" (Ho &amp; Salimans 2022), so that guidance works.</summary>
    [Setting(Augmentation, "label-dropout"), Range(0d, 1d, MaximumIsExclusive = true)]
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>Strength of the noise that a whole channel of an image shares; 0 switches it off.</summary>
    [Setting(Augmentation, "offset-noise"), Range(0d, 1d)]
    public double OffsetNoise { get; init; }

    /// <summary>What the network predicts.</summary>
    [Setting(Noise, "prediction", IsModels = true), AllowedValues("epsilon", "sample", "v_prediction", "mu", "score")]
    public string Prediction { get; init; } = "epsilon";

    /// <summary>How β grows.</summary>
    [Setting(Noise, "schedule", IsModels = true), AllowedValues("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid")]
    public string Schedule { get; init; } = "linear";

    /// <summary>T, the number of noise levels.</summary>
    [Setting(Noise, "timesteps", IsModels = true), Range(2, 100_000)]
    public int Timesteps { get; init; } = 1000;

    /// <summary>β at the first timestep; null: 0.1/T. The cosine schedule has none.</summary>
    [Setting(Noise, "beta-start", IsModels = true, Allowed = "above 0 and at most beta-end")]
    [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? BetaStart { get; init; }

    /// <summary>β at the last timestep; null: 20/T, at most 0.999. The cosine schedule has none.</summary>
    [Setting(Noise, "beta-end", IsModels = true, Allowed = "below 1")]
    [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? BetaEnd { get; init; }

    /// <summary>How errors are measured.</summary>
    [Setting(Losses, "loss"), AllowedValues("mse", "l1", "huber")]
    public string Loss { get; init; } = "mse";

    /// <summary>δ of the Huber loss.</summary>
    [Setting(Losses, "huber-delta", OnlyFor = "loss=huber"), Range(0d, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double HuberDelta { get; init; } = 1;

    /// <summary>How much each timestep counts.</summary>
    [Setting(Losses, "weighting"), AllowedValues("uniform", "min_snr", "p2")]
    public string Weighting { get; init; } = "uniform";

    /// <summary>γ of Min-SNR-γ; the paper's is 5.</summary>
    [Setting(Losses, "min-snr-gamma", OnlyFor = "weighting=min_snr"), Range(0d, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double MinSnrGamma { get; init; } = 5;

    /// <summary>γ of P2; the paper's are 0.5 and 1.</summary>
    [Setting(Losses, "p2-gamma", OnlyFor = "weighting=p2"), Range(0d, double.PositiveInfinity)]
    public double P2Gamma { get; init; } = 1;

    /// <summary>k of P2; the paper's is 1.</summary>
    [Setting(Losses, "p2-k", OnlyFor = "weighting=p2"), Range(0d, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double P2K { get; init; } = 1;
}
