using System.Globalization;
using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>What decides which examples are seen and what is learned from them: with another of these a run would be another.</summary>
internal static class TrainingRecipe
{
    /// <param name="options">The training's.</param>
    /// <param name="origin">See <see cref="TrainingStart.Origin"/>.</param>
    public static Dictionary<string, string> Of(TrainingOptions options, string origin)
    {
        var scheduler = options.ToSchedulerConfig();
        return new Dictionary<string, string>
        {
            ["seed"] = Text(options.Seed),
            ["batch"] = Text(options.BatchSize),
            ["accumulate"] = Text(options.Accumulate),
            ["prediction"] = options.Prediction,
            ["schedule"] = options.Schedule,
            ["timesteps"] = Text(options.Timesteps),
            ["beta-start"] = Text(scheduler.BetaStart),
            ["beta-end"] = Text(scheduler.BetaEnd),
            ["validation"] = Text(options.Validation),
            ["from"] = origin,
        };
    }

    /// <exception cref="PlaygroundException">The checkpoint is of another training; the first difference is named.</exception>
    public static void Compare(TrainingState state, IReadOnlyDictionary<string, string> recipe)
    {
        var before = new Dictionary<string, string>(state.Recipe) { ["seed"] = Text(state.Seed), ["batch"] = Text(state.BatchSize) };
        foreach (var (name, value) in recipe)
            if (before.TryGetValue(name, out var was) && was != value)
                throw new PlaygroundException(
                    $"The checkpoint was made with {name} {was}, not {value}; give --{name} {was} to resume it, or another --out to start "
                        + "anew.");
    }

    /// <summary>How the weights came about, for the model's card.</summary>
    public static IReadOnlyDictionary<string, string> Record(TrainingOptions options, TrainingState state)
    {
        var record = new Dictionary<string, string>
        {
            ["data"] = state.Data,
            ["steps"] = Text(state.Step),
            ["learning_rate"] = Text(options.LearningRate),
            ["loss"] = options.Loss,
            ["weighting"] = options.Weighting,
            ["ema"] = Text(options.Ema),
            ["precision"] = options.Precision,
            ["final_loss"] = (state.Running.FirstOrDefault()?.Value ?? double.NaN).ToString("0.00000", CultureInfo.InvariantCulture),
            ["seconds"] = state.Seconds.ToString("0", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in state.Recipe) record[name] = value;
        if (state.ValidationLoss is { } validation)
            record["validation_loss"] = validation.ToString("0.00000", CultureInfo.InvariantCulture);
        return record;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
