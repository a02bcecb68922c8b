using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Jobs;

namespace Playground.Server.Models;

/// <summary>Which jobs need a model: anybody's, since a model belongs to all.</summary>
internal sealed class ModelJobs(JobStore store, JobBoard board, IEnumerable<IModelSource> sources)
{
    // Where the requests of all kinds of jobs name the model that they sample from, go on from or grade.
    private const string Field = "model";

    /// <summary>Jobs that wait, run or are paused, and name the model, the oldest first.</summary>
    public async Task<IReadOnlyList<ModelJob>> UsingAsync(string model, CancellationToken ct)
    {
        var rows = await store.LiveAsync(ct);
        // A job that has just ended is written down a moment later.
        return [.. rows.Where(r => Names(r.Request, model) && !sources.Any(s => s.HasCopy(r.Kind, r.Id))).Select(
            r => new ModelJob(r.Id, r.Kind, board.Find(r.Id, r.Owner)?.View.Status ?? r.Status)).Where(j => !JobStatus.IsFinal(j.Status))];
    }

    private static bool Names(string request, string model)
    {
        using var json = JsonDocument.Parse(request);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Field, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() == model;
    }
}
