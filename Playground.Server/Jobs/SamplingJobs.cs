using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Client.Contracts;
using Playground.Core.Samplers;
using Playground.Core.Sampling;
using Playground.Server.Models;

namespace Playground.Server.Jobs;

/// <summary>Sampling for the pages and the HTTP API, in process.</summary>
internal sealed class SamplingJobs(ModelStore models, JobStore store, JobBoard board) : ISampling
{
    private const int MaxWaiting = 100;
    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.Strict };

    public IReadOnlyList<SamplerView> Samplers { get; } = [.. SamplerCatalog.All.Select(s => new SamplerView(s.Name, s.Title, [.. s.Options.Select(JsonNamingPolicy.CamelCase.ConvertName)]))];

    public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<ModelView>>(
        [.. models.List().Select(m => new ModelView(m.Name, m.SampleSize, m.Channels, m.Classes, m.TrainTimesteps, m.HasNullClass, m.Hash))]);

    public async Task<JobView> StartAsync(SampleRequest request, CancellationToken ct)
    {
        var model = models.Find(request.Model) ?? throw Invalid("model", $"model '{request.Model}' is not installed; use one of: {string.Join(", ", models.List().Select(m => m.Name))}.");
        var problems = ToCore(request).Validate(model);
        if (problems.Count > 0) throw new InvalidSampleException(problems.GroupBy(p => p.Field).ToDictionary(g => g.Key, g => g.Select(p => p.Message).ToArray()));
        if (board.Waiting >= MaxWaiting) throw Invalid("queue", $"{board.Waiting} jobs are waiting, which is the limit; try again when some have ended.");

        var row = new JobRow(Guid.NewGuid().ToString("N"), Owners.Local, "sample", JobStatus.Queued, JsonSerializer.Serialize(request), 1, 0, ToCore(request).Calls, null, DateTime.UtcNow.ToString("O"), null);
        await store.InsertAsync(row, ct);
        var job = new LiveJob(row.Owner, ViewOf(row) with { Position = board.Waiting + 1 });
        board.Add(job);
        return job.View;
    }

    public async Task<JobView?> FindAsync(string id, CancellationToken ct)
    {
        if (board.Find(id, Owners.Local) is { } live) return live.View;
        return await store.FindAsync(id, Owners.Local, ct) is { } row ? ViewOf(row) : null;
    }

    public async Task<bool?> CancelAsync(string id, CancellationToken ct)
    {
        if (board.Find(id, Owners.Local) is not { } live) return await store.FindAsync(id, Owners.Local, ct) is null ? null : false;
        if (JobStatus.IsFinal(live.View.Status)) return false;
        live.Cancel();
        return true;
    }

    public static JobView ViewOf(JobRow row) => new(row.Id, row.Status, row.Sequence, (int)row.Step, (int)row.Steps, 0, null, null, row.Error, row.SampleRequest, DateTime.Parse(row.Created, null, System.Globalization.DateTimeStyles.RoundtripKind));

    public static SamplingRequest ToCore(SampleRequest request) => new()
    {
        Sampler = request.Sampler,
        Options = OptionsOf(request),
        Steps = request.Steps,
        Eta = request.Eta,
        Classes = request.Classes,
        Guidance = request.Guidance,
        Count = request.Count,
        Seed = request.Seed,
        Precision = request.Precision,
    };

    private static SamplerOptions OptionsOf(SampleRequest request)
    {
        try
        {
            return request.Options.Deserialize<SamplerOptions>(s_strict) ?? SamplerOptions.Default;
        }
        catch (JsonException e)
        {
            throw Invalid("options", $"options{e.Path?.TrimStart('$')} is not known, or its value is not of the kind that it must be; GET /api/v1/samplers lists the options of each sampler.");
        }
    }

    private static InvalidSampleException Invalid(string field, string message) => new(new Dictionary<string, string[]> { [field] = [message] });
}
