using System.Text.Json;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>
/// How jobs of one kind are carried out. A job is run from its row alone, as the owner that the row names: whatever process takes it finds
/// all that it needs there and on disk.
/// </summary>
internal interface IJobHandler
{
    /// <summary>One of <see cref="JobKind"/>.</summary>
    string Kind { get; }

    /// <summary>Jobs of the kind that may be under way at once; more wait.</summary>
    int Parallel { get; }

    /// <summary>Whether a job that was cut off goes on when the server starts again; if not, it has failed.</summary>
    bool Resumes { get; }

    /// <summary>Whether what a job needs is still there when it has failed or was canceled, so that it can be asked for again.</summary>
    bool Repeats => true;

    /// <summary>Called once, before the first job of the kind is run: what a stopped server left in the making may go.</summary>
    Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Carries the job out.</summary>
    /// <param name="job">Takes the progress.</param>
    /// <param name="start">To be called once, when the work itself begins, before it takes memory or time. Whoever can waits for what it
    /// gives: then the attempt is written down.</param>
    /// <param name="ct">The owner cancelled the job, or the server stops.</param>
    /// <returns><see cref="JobStatus.Succeeded"/>, or <see cref="JobStatus.Paused"/> with the reason where the owner did not ask for
    /// it.</returns>
    /// <exception cref="Core.PlaygroundException">It failed, and the message says why.</exception>
    /// <exception cref="RequestException">What was asked for cannot be carried out, and the message says why.</exception>
    Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct);

    /// <summary>The job failed or was canceled, and nothing of it runs any more; called before anybody sees it.</summary>
    /// <param name="job">Its owner and its request.</param>
    /// <param name="status"><see cref="JobStatus.Failed"/> or <see cref="JobStatus.Canceled"/>.</param>
    /// <param name="error">Why.</param>
    Task EndedAsync(LiveJob job, string status, string error) => Task.CompletedTask;

    /// <summary>The job has ended and is to be deleted: removes what it keeps on disk. May be called again where it was cut off.</summary>
    /// <returns>Hashes of files of the blob store that go with the job, besides its pictures.</returns>
    /// <exception cref="RequestException">Something needs what it made; nothing is removed.</exception>
    Task<IReadOnlyCollection<string>> DeleteAsync(JobRow job, CancellationToken ct)
        => Task.FromResult<IReadOnlyCollection<string>>([]);
}

/// <summary>Where a job is when its run is over.</summary>
/// <param name="Status">A value of <see cref="JobStatus"/>.</param>
/// <param name="Reasons">Shown as the job's error; null: none.</param>
internal sealed record JobOutcome(string Status, IReadOnlyList<Remark>? Reasons = null)
{
    public static JobOutcome Succeeded { get; } = new(JobStatus.Succeeded);

    /// <summary>What came of it, for <see cref="JobView.Result"/>.</summary>
    public JsonElement? Result { get; init; }
}
