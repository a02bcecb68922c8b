namespace Playground.Server.Hosting;

/// <summary>What one owner may take of the server.</summary>
/// <param name="QueuedJobs">Jobs that wait at once, of all kinds together.</param>
/// <param name="Bytes">Of uploads, data sets and versions together.</param>
/// <param name="TrainingHours">Within thirty days.</param>
internal sealed record Quota(int QueuedJobs, long Bytes, double TrainingHours);

/// <summary>What each owner may take.</summary>
internal interface IQuotas
{
    /// <summary>Null: the owner may take all that the server has, within the limits that hold for everybody.</summary>
    Task<Quota?> OfAsync(string owner, CancellationToken ct);
}

/// <summary>One owner, who needs no quota.</summary>
internal sealed class NoQuotas : IQuotas
{
    public Task<Quota?> OfAsync(string owner, CancellationToken ct) => Task.FromResult<Quota?>(null);
}
