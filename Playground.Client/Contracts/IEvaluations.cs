namespace Playground.Client.Contracts;

/// <summary>The caller's own evaluations. Of others' there is nothing: null, as if they were not there.</summary>
[Needs(Permission.View)]
public interface IEvaluations
{
    Task<EvaluationChoices> GetChoicesAsync(CancellationToken ct);

    /// <summary>Queues a job.</summary>
    /// <exception cref="RequestException">A value is out of its range; nothing is queued.</exception>
    [Needs(Permission.Create)]
    Task<EvaluationView> StartAsync(EvaluationRequest request, CancellationToken ct);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<EvaluationView>> ListAsync(CancellationToken ct);

    Task<EvaluationView?> FindAsync(string id, CancellationToken ct);

    /// <summary>The report of a combination, counted from 0; null when there is none.</summary>
    Task<EvaluationReportView?> FindReportAsync(string id, int cell, CancellationToken ct);
}
