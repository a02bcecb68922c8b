using Playground.Core.Engine;

namespace Playground.Core.Training;

/// <summary>What a training does; every value is checked by <see cref="Validate"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimizer steps in all, at least 1.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Pictures per step, 1 to 4096.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>AdamW's learning rate after the warm-up, above 0 and at most 1.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Steps over which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Whether the learning rate then falls to 0 along a cosine.</summary>
    public bool Cosine { get; init; }

    /// <summary>Greatest decay of the moving average of the weights, 0 to below 1; 0 switches it off.</summary>
    public double Ema { get; init; } = 0.999;

    /// <summary>Seed of the initial weights, the order of the pictures, timesteps and noise.</summary>
    public ulong Seed { get; init; }

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = Engine.Precision.Float32;

    /// <summary>Greatest norm of the gradient; above it the gradient is scaled down.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Share of the labels replaced by "no class" (Ho &amp; Salimans 2022), so that guidance works.</summary>
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <exception cref="PlaygroundException">Names the first value out of its range.</exception>
    public void Validate()
    {
        Need(Steps is >= 1 and <= 100_000_000, "steps", Steps, "1 to 100000000");
        Need(BatchSize is >= 1 and <= 4096, "batch", BatchSize, "1 to 4096");
        Need(LearningRate is > 0 and <= 1, "lr", LearningRate, "above 0 and at most 1");
        Need(WarmupSteps >= 0, "warm-up", WarmupSteps, "0 or more");
        Need(Ema is >= 0 and < 1, "ema", Ema, "0 to below 1");
        Need(Engine.Precision.IsKnown(Precision), "precision", Precision, "f32 or bf16");
        Need(ClipNorm > 0, "clip norm", ClipNorm, "above 0");
        Need(LabelDropout is >= 0 and < 1, "label dropout", LabelDropout, "0 to below 1");
        Need(CheckpointEvery >= 1, "checkpoint-every", CheckpointEvery, "1 or more");
    }

    /// <summary>The learning rate of step <paramref name="step"/>, 0-based.</summary>
    public double LearningRateAt(long step)
    {
        if (step < WarmupSteps) return LearningRate * (step + 1) / WarmupSteps;
        if (!Cosine) return LearningRate;
        var progress = Math.Min(1, (step - WarmupSteps) / (double)Math.Max(1, Steps - WarmupSteps));
        return LearningRate * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }

    private static void Need(bool fine, string name, object value, string allowed)
    {
        if (!fine) throw new PlaygroundException($"{name} is {value}; it must be {allowed}.");
    }
}
