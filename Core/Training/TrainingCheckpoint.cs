using System.Globalization;
using System.Text.Json.Serialization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>What a resumed run needs besides its tensors.</summary>
internal sealed record TrainingState
{
    [JsonPropertyName("step")] public long Step { get; init; }
    [JsonPropertyName("optimizer_count")] public long OptimizerCount { get; init; }
    [JsonPropertyName("ema_count")] public long EmaCount { get; init; }
    [JsonPropertyName("seconds")] public double Seconds { get; init; }
    [JsonPropertyName("seed")] public ulong Seed { get; init; }
    [JsonPropertyName("batch_size")] public int BatchSize { get; init; }
    [JsonPropertyName("data")] public string Data { get; init; } = "";

    /// <summary>What the run learned from; earlier checkpoints lack it.</summary>
    [JsonPropertyName("data_fingerprint"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataFingerprint? Fingerprint { get; init; }

    /// <summary>Which run it is of: one keeps its id when it is resumed.</summary>
    [JsonPropertyName("run")] public string Run { get; init; } = "";

    /// <summary>When it was written, in milliseconds since 1970; 0 in earlier checkpoints.</summary>
    [JsonPropertyName("saved")] public long Saved { get; init; }
    [JsonPropertyName("validation_loss")] public double? ValidationLoss { get; init; }

    /// <summary>The running means of the loss: all timesteps, then each quarter; checkpoints of version 0.1 lack them.</summary>
    [JsonPropertyName("running")] public IReadOnlyList<RunningMean> Running { get; init; } = [];

    /// <summary>What must be the same for the run to go on as it would have; checkpoints of version 0.1 lack it.</summary>
    [JsonPropertyName("recipe")] public IReadOnlyDictionary<string, string> Recipe { get; init; } = new Dictionary<string, string>();
}

/// <summary>The checkpoints of one training: each is a folder <c>step-N</c>, written under another name and renamed when whole.</summary>
internal static class TrainingCheckpoint
{
    private const int Kept = 2;
    private const string Prefix = "step-";

    private static string Root(string folder) => Path.Combine(folder, "checkpoints");

    /// <summary>The newest whole checkpoint, or null: the furthest of the run that wrote last.</summary>
    public static string? Latest(string folder)
        => All(folder).GroupBy(c => c.Run).MaxBy(run => run.Max(c => c.Saved))?.MaxBy(c => c.Step)?.Path;

    /// <summary>The furthest checkpoint of a run other than <paramref name="run"/>; null where there is none.</summary>
    public static string? OfAnother(string folder, string run) => All(folder).Where(c => c.Run != run).MaxBy(c => c.Step)?.Path;

    /// <summary>The step that a checkpoint's name tells.</summary>
    public static long StepOf(string checkpoint)
        => long.Parse(Path.GetFileName(checkpoint)[Prefix.Length..], CultureInfo.InvariantCulture);

    /// <exception cref="StorageException">It cannot be written; those before it are whole.</exception>
    public static void Save(string folder, TrainingState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        WholeFolder.Create(Path.Combine(Root(folder), $"{Prefix}{state.Step:D9}"), part =>
        {
            SafetensorsFile.Write(Path.Combine(part, "training.safetensors"), tensors);
            Json.Write(Path.Combine(part, "state.json"), state);
        });
        foreach (var old in All(folder).Where(c => c.Run == state.Run).OrderBy(c => c.Step).SkipLast(Kept))
            Directory.Delete(old.Path, recursive: true);
    }

    /// <summary>Reads a checkpoint; the caller's dispose scope owns the tensors.</summary>
    public static (TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors) Load(string checkpoint)
        => (StateOf(checkpoint),
            SafetensorsFile.Read(Path.Combine(checkpoint, "training.safetensors")));

    private static TrainingState StateOf(string checkpoint)
    {
        var path = Path.Combine(checkpoint, "state.json");
        var state = Json.ReadOwn<TrainingState>(path);
        // What is in lists is not checked when they are read.
        if (state.Running.Any(r => r is null) || state.Recipe.Values.Any(v => v is null)
            || state.Fingerprint?.Classes.Any(c => c is null) == true)
            throw new PlaygroundException($"'{path}' cannot be read: one of its values is null.");
        return state;
    }

    private sealed record Written(string Path, string Run, long Saved, long Step);

    private static List<Written> All(string folder)
        => [.. WholeFolder.In(Root(folder), Prefix).Where(d => long.TryParse(Path.GetFileName(d)[Prefix.Length..], NumberStyles.None,
            CultureInfo.InvariantCulture, out _)).Select(Describe)];

    // One whose state cannot be read is told when it is resumed.
    private static Written Describe(string checkpoint)
    {
        var written = new DateTimeOffset(Directory.GetLastWriteTimeUtc(checkpoint)).ToUnixTimeMilliseconds();
        try
        {
            var state = StateOf(checkpoint);
            return new Written(checkpoint, state.Run, state.Saved > 0 ? state.Saved : written, StepOf(checkpoint));
        }
        catch (PlaygroundException)
        {
            return new Written(checkpoint, "", written, StepOf(checkpoint));
        }
    }
}
