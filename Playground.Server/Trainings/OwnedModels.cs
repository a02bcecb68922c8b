using Playground.Core.Checkpoints;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>The models that somebody may use: the installed ones, and the checkpoints of trainings of their own.</summary>
internal sealed class OwnedModels(ModelStore models, JobStore jobs)
{
    /// <summary>Null where there is none of that name, or it is somebody else's.</summary>
    public async Task<ModelSummary?> FindAsync(string name, string owner, CancellationToken ct)
        => TrainingFolder.JobOf(name) is { } job && await jobs.FindAsync(job, owner, ct) is null ? null : models.Find(name);
}
