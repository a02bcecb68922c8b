using System.Text.Json;

namespace Playground.Client.Contracts;

/// <summary>What a job does.</summary>
public static class JobKind
{
    public const string Sample = "sample", Training = "training", Evaluation = "evaluation";
}

/// <summary>The states of a job. A paused one waits for its owner, not for its turn.</summary>
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
/// <param name="Activity">What it is at, where its steps alone do not say it.</param>
/// <param name="Error">Why it failed, or why it is paused where its owner did not ask for it.</param>
/// <param name="Request">What was asked for: <see cref="SampleRequest"/> for a sampling.</param>
/// <param name="Created">When, in UTC.</param>
public sealed record JobView(string Id, string Kind, string Status, long Sequence, int Step, int Steps, int Position,
    double? StepsPerSecond, double? SecondsLeft, string? Activity, string? Error, JsonElement Request, DateTime Created)
{
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
public sealed record FrameView(int Step, int Timestep, byte[] Xt, byte[] X0);
