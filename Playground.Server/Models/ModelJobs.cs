using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Jobs;
using Playground.Server.Trainings;

namespace Playground.Server.Models;

/// <summary>Which jobs need a model: anybody's, since a model belongs to all.</summary>
internal sealed class ModelJobs(JobStore store, JobBoard board, IOptions<PlaygroundOptions> options)
{
    // Where the requests of all kinds of jobs name the model that they sample from, go on from or grade.
    private const string Field = "model";

    /// <summary>Jobs that wait, run or are paused, and name the model, the oldest first.</summary>
    public async Task<IReadOnlyList<ModelJob>> UsingAsync(string model, CancellationToken ct)
    {
        var rows = await store.LiveAsync(ct);
        // A job that has just ended is written down a moment later.
        return [.. rows.Where(r => Names(r.Request, model) && !HasItsOwn(r.Kind, r.Id)).Select(
            r => new ModelJob(r.Id, r.Kind, board.Find(r.Id, r.Owner)?.View.Status ?? r.Status)).Where(j => !JobStatus.IsFinal(j.Status))];
    }

    // A training that has begun works on a copy.
    private bool HasItsOwn(string kind, string id)
        => kind == JobKind.Training && Directory.Exists(new TrainingFolder(options.Value.Data, id).Base);

    private static bool Names(string request, string model)
    {
        using var json = JsonDocument.Parse(request);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Field, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() == model;
    }
}
