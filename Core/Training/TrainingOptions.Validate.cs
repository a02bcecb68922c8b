using System.Globalization;
using System.Numerics;
using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>One value that cannot be used: the property of <see cref="TrainingOptions"/>, and what is allowed.</summary>
public sealed record TrainingProblem(string Property, string Message);

public sealed partial record TrainingOptions
{
    /// <exception cref="PlaygroundException">Names the first value out of its range.</exception>
    public void Validate()
    {
        if (Problems() is [var problem, ..]) throw new PlaygroundException(problem.Message);
    }

    /// <summary>Every value that is out of its range; empty when fine.</summary>
    public IReadOnlyList<TrainingProblem> Problems()
    {
        var problems = new List<TrainingProblem>();
        Range(nameof(Steps), "steps", Steps, 1, 100_000_000);
        Range(nameof(BatchSize), "batch", BatchSize, 1, 4096);
        Range(nameof(Accumulate), "accumulate", Accumulate, 1, 1024);
        Need(LearningRate is > 0 and <= 1, nameof(LearningRate), "lr", LearningRate, "above 0 and at most 1");
        NotNegative(nameof(WarmupSteps), "warmup", WarmupSteps);
        OneOf(nameof(Prediction), "prediction", Prediction, Parameterizations.Names);
        OneOf(nameof(Schedule), "schedule", Schedule, NoiseSchedule.Names);
        Range(nameof(Timesteps), "timesteps", Timesteps, 2, 100_000);
        var (start, end) = Betas;
        Need(start is > 0 and < 1 && start <= end, nameof(BetaStart), "beta-start", start,
            string.Create(CultureInfo.InvariantCulture, $"above 0 and at most beta-end, {end}"));
        Need(end < 1, nameof(BetaEnd), "beta-end", end, "below 1");
        OneOf(nameof(Loss), "loss", Loss, LossFunction.Names);
        Positive(nameof(HuberDelta), "huber-delta", HuberDelta);
        OneOf(nameof(Weighting), "weighting", Weighting, LossWeighting.Names);
        Positive(nameof(MinSnrGamma), "min-snr-gamma", MinSnrGamma);
        NotNegative(nameof(P2Gamma), "p2-gamma", P2Gamma);
        Positive(nameof(P2K), "p2-k", P2K);
        Need(OffsetNoise is >= 0 and <= 1, nameof(OffsetNoise), "offset-noise", OffsetNoise, "0 to 1");
        Need(Ema is >= 0 and < 1, nameof(Ema), "ema", Ema, "0 to below 1");
        OneOf(nameof(EmaWarmup), "ema-warmup", EmaWarmup, [WeightAverage.Ramp, WeightAverage.Power]);
        Positive(nameof(EmaInvGamma), "ema-inv-gamma", EmaInvGamma);
        Positive(nameof(EmaPower), "ema-power", EmaPower);
        NotNegative(nameof(EmaUpdateAfterStep), "ema-update-after-step", EmaUpdateAfterStep);
        Need(Engine.Precision.IsKnown(Precision), nameof(Precision), "precision", Precision, "f32 or bf16");
        Need(ClipNorm >= 0 && double.IsFinite(ClipNorm), nameof(ClipNorm), "clip-norm", ClipNorm, "above 0, or 0 for none");
        Need(LabelDropout is >= 0 and < 1, nameof(LabelDropout), "label dropout", LabelDropout, "0 to below 1");
        Need(Validation is >= 0 and <= 0.5, nameof(Validation), "validation", Validation, "0 to 0.5");
        AtLeastOne(nameof(ValidateEvery), "validate-every", ValidateEvery);
        AtLeastOne(nameof(ValidationExamples), "validation-examples", ValidationExamples);
        AtLeastOne(nameof(CheckpointEvery), "checkpoint-every", CheckpointEvery);
        return problems;

        void Range(string property, string name, int value, int least, int most)
            => Need(value >= least && value <= most, property, name, value, $"{least} to {most}");
        void AtLeastOne(string property, string name, int value) => Need(value >= 1, property, name, value, "1 or more");
        void NotNegative<T>(string property, string name, T value) where T : INumber<T>
            => Need(value >= T.Zero && T.IsFinite(value), property, name, value, "0 or more");
        void Positive(string property, string name, double value)
            => Need(value > 0 && double.IsFinite(value), property, name, value, "above 0");
        void OneOf(string property, string name, string value, IReadOnlyList<string> allowed)
            => Need(allowed.Contains(value), property, name, $"'{value}'", $"one of: {string.Join(", ", allowed)}");
        void Need(bool fine, string property, string name, object value, string allowed)
        {
            if (!fine)
                problems.Add(new TrainingProblem(property,
                    string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}.")));
        }
    }
}
