using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Client.Pages.Trainings;
using Playground.Client.Resources;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>The checkpoints of trainings as models, named <c>training:ID@STEP</c>.</summary>
internal sealed class TrainingModels(JobStore jobs, IOptions<PlaygroundOptions> options, IStringLocalizer<TrainTexts> texts) : IModelSource
{
    public string? FindFolder(string name) => TrainingFolder.Find(options.Value.Data, name);

    public async Task<bool> IsForbiddenAsync(string name, string owner, CancellationToken ct)
        => TrainingFolder.JobOf(name) is { } job && await jobs.FindAsync(job, owner, ct) is null;

    public async Task<ModelTitle?> FindTitleAsync(string name, string owner, CancellationToken ct)
    {
        if (TrainingFolder.JobOf(name) is not { } id || await jobs.FindAsync(id, owner, ct) is not { Kind: JobKind.Training } job)
            return null;
        var request = job.ToView().RequestAs<TrainingRequest>();
        var data = TrainingHandler.Origin(new TrainingFolder(options.Value.Data, id))?.Dataset ?? texts["Training"];
        var parent = request is { Name: null, Model: { } model } ? (await FindTitleAsync(model, owner, ct))?.Text : null;
        var training = TrainingText.Name(data, request, texts, parent);
        return new ModelTitle(texts["CheckpointOf", training, TrainingFolder.StepOf(name)], training);
    }

    // A training that has begun works on a copy.
    public bool HasCopy(string kind, string job)
        => kind == JobKind.Training && Directory.Exists(new TrainingFolder(options.Value.Data, job).Base);
}
