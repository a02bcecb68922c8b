namespace Playground.Client.Contracts;

/// <summary>The caller's own trainings. Of others' there is nothing: null, as if they were not there.</summary>
[Needs(Permission.View)]
public interface ITrainings
{
    /// <summary>Presets and data sets.</summary>
    Task<TrainingChoices> GetChoicesAsync(CancellationToken ct);

    /// <summary>Runs a few steps of it, if they were not run before, and says what the whole takes.</summary>
    /// <exception cref="RequestException">A value is out of its range, or the parts do not fit each other.</exception>
    [Needs(Permission.Create)]
    Task<TrainingEstimate> EstimateAsync(TrainingRequest request, CancellationToken ct);

    /// <summary>Queues a job.</summary>
    /// <exception cref="RequestException">A value is out of its range, or the parts do not fit each other; nothing is
    /// queued.</exception>
    [Needs(Permission.Create)]
    Task<JobView> StartAsync(TrainingRequest request, CancellationToken ct);

    Task<TrainingView?> FindAsync(string id, CancellationToken ct);

    /// <summary>
    /// The steps after <paramref name="after"/>, in order; of a long run some: of the whole at most two thousand, and as many at which the
    /// held-out loss was measured.
    /// </summary>
    Task<IReadOnlyList<TrainingPoint>?> GetCurveAsync(string id, long after, CancellationToken ct);

    /// <summary>Ends the run after the step under way, with a checkpoint, until it is resumed.</summary>
    /// <exception cref="RequestException">It does not run.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> PauseAsync(string id, CancellationToken ct);

    /// <summary>Puts a paused training into the line again.</summary>
    /// <exception cref="RequestException">It is not paused.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> ResumeAsync(string id, CancellationToken ct);

    /// <summary>Ends it for good after the step under way and keeps what it has learned.</summary>
    /// <exception cref="RequestException">It has ended, or has not begun.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> StopAsync(string id, CancellationToken ct);

    /// <summary>Changes how many steps there are.</summary>
    /// <exception cref="RequestException">As many are done already, or the value is out of its range.</exception>
    /// <exception cref="RequestException">It has ended.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> SetStepsAsync(string id, int steps, CancellationToken ct);

    /// <summary>Gives it another name.</summary>
    /// <param name="id">The training.</param>
    /// <param name="name">At most <see cref="TrainingRequest.MaxName"/> characters; null or empty: it is named by its data and network
    /// again.</param>
    /// <param name="ct">Stops it before anything is written.</param>
    /// <exception cref="RequestException">The name is too long.</exception>
    [Needs(Permission.Create)]
    Task<JobView?> RenameAsync(string id, string? name, CancellationToken ct);

    /// <summary>Makes a checkpoint an installed model.</summary>
    /// <param name="id">The training.</param>
    /// <param name="step">The checkpoint's.</param>
    /// <param name="name">1 to 64 letters, digits, '-', '_' and '.', beginning with a letter or a digit; of no other model.</param>
    /// <param name="ct">Stops the copying.</param>
    /// <returns>The model; null: there is no such training or checkpoint.</returns>
    /// <exception cref="RequestException">The name cannot be used, or the disk is full.</exception>
    [Needs(Permission.Create)]
    Task<ModelView?> PromoteAsync(string id, long step, string name, CancellationToken ct);
}
