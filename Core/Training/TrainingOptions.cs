using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>What a training does; every value is checked by <see cref="Problems"/>. Steps are those of the optimizer.</summary>
public sealed partial record TrainingOptions
{
    // β of Ho et al. 2020, for T = 1000; for another T they are scaled by 1000/T, so that the last timestep stays as noisy.
    private const double BetaStartOf1000 = 1e-4, BetaEndOf1000 = 0.02;

    /// <summary>Optimizer steps in all, 1 to 100,000,000.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Examples per forward pass, 1 to 4096.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Forward passes whose gradients make one step, 1 to 1024: a step sees <see cref="ExamplesPerStep"/>, in the memory of one pass.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>AdamW's learning rate after the warm-up, above 0 and at most 1.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Steps over which the learning rate rises from 0, 0 or more.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Whether the learning rate then falls to 0 along a cosine.</summary>
    public bool Cosine { get; init; }

    /// <summary>What the network predicts: one of <see cref="Parameterizations.Names"/>.</summary>
    public string Prediction { get; init; } = "epsilon";

    /// <summary>How β grows: one of <see cref="NoiseSchedule.Names"/>.</summary>
    public string Schedule { get; init; } = "linear";

    /// <summary>T, the number of noise levels, 2 to 100,000.</summary>
    public int Timesteps { get; init; } = 1000;

    /// <summary>β at the first timestep, above 0; null: 0.1/T. The cosine schedule has none.</summary>
    public double? BetaStart { get; init; }

    /// <summary>β at the last timestep, below 1; null: 20/T, at most 0.999. The cosine schedule has none.</summary>
    public double? BetaEnd { get; init; }

    /// <summary>One of <see cref="LossFunction.Names"/>.</summary>
    public string Loss { get; init; } = LossFunction.MeanSquared;

    /// <summary>δ of the Huber loss, above 0.</summary>
    public double HuberDelta { get; init; } = 1;

    /// <summary>One of <see cref="LossWeighting.Names"/>.</summary>
    public string Weighting { get; init; } = LossWeighting.Uniform;

    /// <summary>γ of Min-SNR-γ, above 0; the paper's is 5.</summary>
    public double MinSnrGamma { get; init; } = 5;

    /// <summary>γ of P2, 0 or more; the paper's are 0.5 and 1.</summary>
    public double P2Gamma { get; init; } = 1;

    /// <summary>k of P2, above 0; the paper's is 1.</summary>
    public double P2K { get; init; } = 1;

    /// <summary>Strength of the noise that a whole channel of a picture shares, 0 to 1; 0 switches it off.</summary>
    public double OffsetNoise { get; init; }

    /// <summary>Whether half of the pictures, drawn at random, are mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Greatest decay of the moving average of the weights, 0 to below 1; 0 switches it off.</summary>
    public double Ema { get; init; } = 0.999;

    /// <summary><c>ramp</c> or <c>power</c>: see <see cref="EmaDecayAt"/>.</summary>
    public string EmaWarmup { get; init; } = WeightAverage.Ramp;

    /// <summary>inv_gamma of the power warm-up, above 0.</summary>
    public double EmaInvGamma { get; init; } = 1;

    /// <summary>Power of the power warm-up, above 0: 2/3 for runs of a million steps, 3/4 for shorter ones.</summary>
    public double EmaPower { get; init; } = 2.0 / 3;

    /// <summary>Steps before the averaging begins, 0 or more; until then the average is the weights.</summary>
    public int EmaUpdateAfterStep { get; init; }

    /// <summary>Seed of the initial weights, the split, the order of the examples, timesteps and noise.</summary>
    public ulong Seed { get; init; }

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = Engine.Precision.Float32;

    /// <summary>Greatest norm of the gradient, 0 or more; above it the gradient is scaled down; 0 switches it off.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Share of the labels replaced by "no class" (Ho &amp; Salimans 2022), so that guidance works, 0 to below 1.</summary>
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>Share of the examples that is held out to measure the loss on, 0 to 0.5; 0: none.</summary>
    public double Validation { get; init; }

    /// <summary>Steps between two measurements on the held-out examples, at least 1; the last step measures too.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>How many of the held-out examples a measurement takes at most, at least 1.</summary>
    public int ValidationExamples { get; init; } = 256;

    /// <summary>Steps between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary><see cref="BatchSize"/> times <see cref="Accumulate"/>.</summary>
    public int ExamplesPerStep => BatchSize * Accumulate;

    /// <summary>These options with the parameterization and the schedule of a model that is trained further.</summary>
    public TrainingOptions With(SchedulerConfig scheduler) => this with
    {
        Prediction = scheduler.PredictionType,
        Schedule = scheduler.BetaSchedule,
        Timesteps = scheduler.NumTrainTimesteps,
        BetaStart = scheduler.BetaStart,
        BetaEnd = scheduler.BetaEnd,
    };

    /// <summary>The learning rate of step <paramref name="step"/>, 0-based.</summary>
    public double LearningRateAt(long step)
    {
        if (step < WarmupSteps) return LearningRate * (step + 1) / WarmupSteps;
        if (!Cosine) return LearningRate;
        var progress = Math.Min(1, (step - WarmupSteps) / (double)Math.Max(1, Steps - WarmupSteps));
        return LearningRate * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }

    /// <summary>
    /// The decay of the average's update <paramref name="update"/>, 0-based. With n = update − <see cref="EmaUpdateAfterStep"/>: 0 while
    /// n &lt; 0; then (1+n)/(10+n) for <c>ramp</c>, 1 − (1 + n/inv_gamma)^−power for <c>power</c> (diffusers' EMAModel with
    /// use_ema_warmup);
    /// at most <see cref="Ema"/>.
    /// </summary>
    public double EmaDecayAt(long update)
    {
        var n = (double)(update - EmaUpdateAfterStep);
        if (n < 0) return 0;
        return Math.Min(Ema, EmaWarmup == WeightAverage.Ramp ? (1 + n) / (10 + n) : 1 - Math.Pow(1 + n / EmaInvGamma, -EmaPower));
    }

    /// <summary>The schedule and the parameterization as the trained model's <c>scheduler_config.json</c> tells them.</summary>
    public SchedulerConfig ToSchedulerConfig() => new()
    {
        // Without clipping: DDIM takes x₀ clipped and ε as it is, and under guidance the two then drift apart.
        ClipSample = false,
        PredictionType = Prediction,
        BetaSchedule = Schedule,
        NumTrainTimesteps = Timesteps,
        BetaStart = (float)Betas.Start,
        BetaEnd = (float)Betas.End,
    };

    private (double Start, double End) Betas
    {
        get
        {
            var end = BetaEnd ?? Math.Min(BetaEndOf1000 * 1000 / Timesteps, 0.999);
            return (BetaStart ?? Math.Min(BetaStartOf1000 * 1000 / Timesteps, end), end);
        }
    }
}
