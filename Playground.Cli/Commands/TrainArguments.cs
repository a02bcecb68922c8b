using System.CommandLine;
using Playground.Core;
using Playground.Core.Schedules;
using Playground.Core.Training;

namespace Playground.Cli.Commands;

/// <summary>The options of <c>train</c> that make up <see cref="TrainingOptions"/>, with its defaults.</summary>
internal static class TrainArguments
{
    private static readonly TrainingOptions s_default = new();

    private static readonly Option<int> s_steps = Of("--steps", s_default.Steps, "Optimizer steps in all");
    private static readonly Option<int> s_batch = Of("--batch", s_default.BatchSize, "Pictures per forward pass");
    private static readonly Option<int> s_accumulate = Of("--accumulate", s_default.Accumulate, "Forward passes per optimizer step");
    private static readonly Option<double> s_rate = Of("--lr", s_default.LearningRate, "Learning rate");
    private static readonly Option<string> s_rateSchedule = Of("--lr-schedule", "constant", "constant or cosine, after the warm-up");
    private static readonly Option<int> s_warmup = Of("--warmup", s_default.WarmupSteps, "Steps over which the learning rate rises");
    private static readonly Option<double> s_clipNorm = Of("--clip-norm", s_default.ClipNorm, "Greatest norm of the gradient; 0: off");
    private static readonly Option<string> s_prediction = Of("--prediction", s_default.Prediction,
        $"What the network predicts: {string.Join(", ", Parameterizations.Names)}");
    private static readonly Option<string> s_schedule = Of("--schedule", s_default.Schedule,
        $"How the noise grows: {string.Join(", ", NoiseSchedule.Names)}");
    private static readonly Option<int> s_timesteps = Of("--timesteps", s_default.Timesteps, "T, the number of noise levels");
    private static readonly Option<double?> s_betaStart = new("--beta-start") { Description = "β at the first timestep (default 0.1/T)" };
    private static readonly Option<double?> s_betaEnd = new("--beta-end") { Description = "β at the last timestep (default 20/T)" };
    private static readonly Option<string> s_loss = Of("--loss", s_default.Loss, string.Join(", ", LossFunction.Names));
    private static readonly Option<double> s_huberDelta = Of("--huber-delta", s_default.HuberDelta, "δ of --loss huber");
    private static readonly Option<string> s_weighting = Of("--weighting", s_default.Weighting,
        $"How much each timestep counts: {string.Join(", ", LossWeighting.Names)}");
    private static readonly Option<double> s_minSnrGamma = Of("--min-snr-gamma", s_default.MinSnrGamma, "γ of --weighting min_snr");
    private static readonly Option<double> s_p2Gamma = Of("--p2-gamma", s_default.P2Gamma, "γ of --weighting p2");
    private static readonly Option<double> s_p2K = Of("--p2-k", s_default.P2K, "k of --weighting p2");
    private static readonly Option<double> s_offsetNoise = Of("--offset-noise", s_default.OffsetNoise,
        "Noise that a whole channel shares; 0: off");
    private static readonly Option<bool> s_flip = new("--flip") { Description = "Mirror half of the pictures left to right" };
    private static readonly Option<double> s_ema = Of("--ema", s_default.Ema, "Decay of the averaged weights; 0: off");
    private static readonly Option<string> s_emaWarmup = Of("--ema-warmup", s_default.EmaWarmup,
        "How that decay is reached: ramp or power");
    private static readonly Option<double> s_emaInvGamma = Of("--ema-inv-gamma", s_default.EmaInvGamma, "inv_gamma of --ema-warmup power");
    private static readonly Option<double> s_emaPower = Of("--ema-power", s_default.EmaPower, "Power of --ema-warmup power");
    private static readonly Option<int> s_emaAfter = Of("--ema-update-after-step", s_default.EmaUpdateAfterStep,
        "Steps before the averaging begins");
    private static readonly Option<ulong> s_seed = Of("--seed", s_default.Seed, "Seed of weights, order, timesteps and noise");
    private static readonly Option<string> s_precision = Of("--precision", s_default.Precision, "f32 or bf16");
    private static readonly Option<double> s_validation = Of("--validation", s_default.Validation,
        "Share of the pictures held out to measure the loss on");
    private static readonly Option<int> s_validateEvery = Of("--validate-every", s_default.ValidateEvery,
        "Steps between two such measurements");
    private static readonly Option<int> s_validationExamples = Of("--validation-examples", s_default.ValidationExamples,
        "Pictures that one takes at most");
    private static readonly Option<int> s_checkpointEvery = Of("--checkpoint-every", s_default.CheckpointEvery,
        "Steps between checkpoints");

    public static IReadOnlyList<Option> All { get; } =
    [
        s_steps, s_batch, s_accumulate, s_rate, s_rateSchedule, s_warmup, s_clipNorm,
        s_prediction, s_schedule, s_timesteps, s_betaStart, s_betaEnd,
        s_loss, s_huberDelta, s_weighting, s_minSnrGamma, s_p2Gamma, s_p2K, s_offsetNoise, s_flip,
        s_ema, s_emaWarmup, s_emaInvGamma, s_emaPower, s_emaAfter,
        s_seed, s_precision, s_validation, s_validateEvery, s_validationExamples, s_checkpointEvery,
    ];

    /// <exception cref="PlaygroundException">An option was given that the model of <c>--from</c> settles.</exception>
    public static void RefuseSchedule(ParseResult parsed)
    {
        Option[] settled = [s_prediction, s_schedule, s_timesteps, s_betaStart, s_betaEnd];
        if (settled.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
            throw new PlaygroundException($"{given.Name} is settled by the model that --from names; leave it out.");
    }

    /// <exception cref="PlaygroundException">A value is out of its range.</exception>
    public static TrainingOptions Read(ParseResult parsed)
    {
        var rateSchedule = parsed.GetRequiredValue(s_rateSchedule);
        if (rateSchedule is not ("constant" or "cosine"))
            throw new PlaygroundException($"--lr-schedule is '{rateSchedule}'; it must be constant or cosine.");
        var options = new TrainingOptions
        {
            Steps = parsed.GetValue(s_steps),
            BatchSize = parsed.GetValue(s_batch),
            Accumulate = parsed.GetValue(s_accumulate),
            LearningRate = parsed.GetValue(s_rate),
            Cosine = rateSchedule == "cosine",
            WarmupSteps = parsed.GetValue(s_warmup),
            ClipNorm = parsed.GetValue(s_clipNorm),
            Prediction = parsed.GetRequiredValue(s_prediction),
            Schedule = parsed.GetRequiredValue(s_schedule),
            Timesteps = parsed.GetValue(s_timesteps),
            BetaStart = parsed.GetValue(s_betaStart),
            BetaEnd = parsed.GetValue(s_betaEnd),
            Loss = parsed.GetRequiredValue(s_loss),
            HuberDelta = parsed.GetValue(s_huberDelta),
            Weighting = parsed.GetRequiredValue(s_weighting),
            MinSnrGamma = parsed.GetValue(s_minSnrGamma),
            P2Gamma = parsed.GetValue(s_p2Gamma),
            P2K = parsed.GetValue(s_p2K),
            OffsetNoise = parsed.GetValue(s_offsetNoise),
            Flip = parsed.GetValue(s_flip),
            Ema = parsed.GetValue(s_ema),
            EmaWarmup = parsed.GetRequiredValue(s_emaWarmup),
            EmaInvGamma = parsed.GetValue(s_emaInvGamma),
            EmaPower = parsed.GetValue(s_emaPower),
            EmaUpdateAfterStep = parsed.GetValue(s_emaAfter),
            Seed = parsed.GetValue(s_seed),
            Precision = parsed.GetRequiredValue(s_precision),
            Validation = parsed.GetValue(s_validation),
            ValidateEvery = parsed.GetValue(s_validateEvery),
            ValidationExamples = parsed.GetValue(s_validationExamples),
            CheckpointEvery = parsed.GetValue(s_checkpointEvery),
        };
        options.Validate();
        return options;
    }

    private static Option<T> Of<T>(string name, T value, string description)
        => new(name) { DefaultValueFactory = _ => value, Description = description };
}
