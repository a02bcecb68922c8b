using System.Text.Json;

namespace Playground.Client.Contracts;

/// <summary>What a job does.</summary>
public static class JobKind
{
    public const string Sample = "sample", Training = "training", Evaluation = "evaluation", DatasetImport = "dataset-import",
        DatasetVersion = "dataset-version", ModelImport = "model-import";
}

/// <summary>
/// The states of a job. A paused one waits for its owner, not for its turn: the owner paused it, or it was cut off too often.
/// </summary>
public static class JobStatus
{
    public const string Queued = "queued", Running = "running", Paused = "paused", Succeeded = "succeeded", Failed = "failed",
        Canceled = "canceled";

    public static bool IsFinal(string status) => status is Succeeded or Failed or Canceled;
}

/// <summary>A job as its owner sees it.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Kind">One of <see cref="JobKind"/>.</param>
/// <param name="Status">One of <see cref="JobStatus"/>.</param>
/// <param name="Sequence">Rises with every change.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Position">Its place in the line of its kind, from 1 on; 0 when it does not wait.</param>
/// <param name="StepsPerSecond">Null until known.</param>
/// <param name="SecondsLeft">Null until known.</param>
/// <param name="Activity">What it is at, where its steps alone do not say it; in English.</param>
/// <param name="Error">Why it failed, or why it is paused where its owner did not ask for it.</param>
/// <param name="Request">What was asked for: <see cref="SampleRequest"/> for a sampling.</param>
/// <param name="Created">When, in UTC.</param>
public sealed record JobView(string Id, string Kind, string Status, long Sequence, int Step, int Steps, int Position,
    double? StepsPerSecond, double? SecondsLeft, string? Activity, string? Error, JsonElement Request, DateTime Created)
{
    /// <summary>Starts since the owner last asked for it, or since it last reached a point to go on from.</summary>
    public int Attempts { get; init; }

    /// <summary>The sentences of <c>error</c> by codes of <see cref="JobError"/>; empty where they have none.</summary>
    public IReadOnlyList<Remark> ErrorRemarks { get; init; } = [];

    /// <summary>When it ended, in UTC; null where it has not.</summary>
    public DateTime? Ended { get; init; }

    /// <summary>What its owner should know although it is carried out, such as words of a prompt that are not read.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it is at, by a code of <see cref="JobActivity"/>; null where its steps say it.</summary>
    public Remark? ActivityRemark { get; init; }

    /// <summary>Where it is, in kinds of jobs that work in stages; null in others.</summary>
    public JobStage? Stage { get; init; }

    /// <summary>
    /// What came of it: an <see cref="ImportedModel"/> for a model. Where the request turned out to be one that cannot be carried out,
    /// <c>status</c>, <c>errors</c> by field and <c>reason</c>, as the answer to a request has them. Null in other cases.
    /// </summary>
    public JsonElement? Result { get; init; }

    /// <summary>What was asked for, as its own kind of record.</summary>
    public T RequestAs<T>() where T : new() => Request.Deserialize<T>(JsonSerializerOptions.Web) ?? new T();
}

/// <summary>What a watcher gets: the job as it is, and the newest frame where there is a newer one.</summary>
/// <param name="Job">The state.</param>
/// <param name="Frame">Null when no newer frame is there.</param>
public sealed record WatchEvent(JobView Job, FrameView? Frame);

/// <summary>One frame: a grid of all the pictures, as PNG.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Timestep">The timestep that the step left.</param>
/// <param name="Xt">The noisy pictures.</param>
/// <param name="X0">What the model takes the clean pictures to be.</param>
public sealed record FrameView(int Step, int Timestep, byte[] Xt, byte[] X0)
{
    /// <summary>How noisy <see cref="Xt"/> is, as σ; null where it is not known.</summary>
    public float? Sigma { get; init; }

    /// <summary>How many images the grid holds.</summary>
    public int Count { get; init; }
}

/// <summary>How far a job is in one of its stages.</summary>
/// <param name="Name">What it does: <c>waiting</c>, <c>fetching</c>, <c>reading</c>, <c>comparing</c>, <c>packing</c>,
/// <c>checking</c>.</param>
/// <param name="Done">Bytes when fetching, else entries or images.</param>
/// <param name="Total">Null when unknown.</param>
/// <param name="Share">Of the stage, 0 to 1; null when unknown.</param>
public sealed record JobStage(string Name, long Done, long? Total, double? Share);

/// <summary>Something that happened to a job.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="What">One of <see cref="JobStatus"/>, or <c>interrupted</c>: the server ended while the job ran.</param>
/// <param name="Step">Steps done then.</param>
/// <param name="Detail">Why, in a sentence; null where there is nothing to say.</param>
public sealed record JobEvent(DateTime At, string What, int Step, string? Detail);
