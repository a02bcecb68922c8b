using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>How jobs of one kind are carried out.</summary>
internal interface IJobHandler
{
    /// <summary>One of <see cref="JobKind"/>.</summary>
    string Kind { get; }

    /// <summary>Jobs of the kind that may be under way at once; more wait.</summary>
    int Parallel { get; }

    /// <summary>Whether a job that was cut off goes on when the server starts again; if not, it has failed.</summary>
    bool Resumes { get; }

    /// <summary>Carries the job out.</summary>
    /// <param name="job">Takes the progress.</param>
    /// <param name="start">To be called once, when the work itself begins.</param>
    /// <param name="ct">The owner cancelled the job, or the server stops.</param>
    /// <returns><see cref="JobStatus.Succeeded"/>, or <see cref="JobStatus.Paused"/> with the reason where the owner did not ask for
    /// it.</returns>
    /// <exception cref="Core.PlaygroundException">It failed, and the message says why.</exception>
    Task<JobOutcome> RunAsync(LiveJob job, Action start, CancellationToken ct);

    /// <summary>The owner gave the job up and nothing of it runs any more: what it left may go.</summary>
    Task CanceledAsync(LiveJob job) => Task.CompletedTask;
}

/// <summary>Where a job is when its run is over.</summary>
/// <param name="Status">A value of <see cref="JobStatus"/>.</param>
/// <param name="Reason">Shown as the job's error.</param>
internal sealed record JobOutcome(string Status, string? Reason = null)
{
    public static JobOutcome Succeeded { get; } = new(JobStatus.Succeeded);
}
