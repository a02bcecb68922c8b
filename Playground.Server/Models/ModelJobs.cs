using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Jobs;
using Playground.Server.Storage;
using Playground.Server.Trainings;

namespace Playground.Server.Models;

/// <summary>Which jobs need a model: anybody's, since a model belongs to all.</summary>
internal sealed class ModelJobs(Database database, JobBoard board, IOptions<PlaygroundOptions> options)
{
    // Where the requests of all kinds of jobs name the model that they sample from, go on from or grade.
    private const string Field = "model";

    /// <summary>Jobs that wait, run or are paused, and name the model, the oldest first.</summary>
    public async Task<IReadOnlyList<ModelJob>> UsingAsync(string model, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        var rows = await db.QueryAsync<(string Id, string Owner, string Kind, string Status, string Request)>("SELECT id, owner, kind, status, request FROM jobs WHERE status IN ('queued', 'running', 'paused') ORDER BY created");
        // A job that has just ended is written down a moment later.
        return [.. rows.Where(r => Names(r.Request, model) && !HasItsOwn(r.Kind, r.Id)).Select(r => new ModelJob(r.Id, r.Kind, board.Find(r.Id, r.Owner)?.View.Status ?? r.Status)).Where(j => !JobStatus.IsFinal(j.Status))];
    }

    // A training that has begun works on a copy.
    private bool HasItsOwn(string kind, string id) => kind == JobKind.Training && Directory.Exists(new TrainingFolder(options.Value.Data, id).Base);

    private static bool Names(string request, string model)
    {
        using var json = JsonDocument.Parse(request);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == model;
    }
}
