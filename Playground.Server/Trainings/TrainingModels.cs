using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>The checkpoints of trainings as models, named <c>training:ID@STEP</c>.</summary>
internal sealed class TrainingModels(JobStore jobs, IOptions<PlaygroundOptions> options) : IModelSource
{
    public string? FindFolder(string name) => TrainingFolder.Find(options.Value.Data, name);

    public async Task<bool> IsForbiddenAsync(string name, string owner, CancellationToken ct)
        => TrainingFolder.JobOf(name) is { } job && await jobs.FindAsync(job, owner, ct) is null;

    // A training that has begun works on a copy.
    public bool HasCopy(string kind, string job)
        => kind == JobKind.Training && Directory.Exists(new TrainingFolder(options.Value.Data, job).Base);
}
