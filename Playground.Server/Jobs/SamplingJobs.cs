using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Samplers;
using Playground.Core.Sampling;
using Playground.Server.Models;
using Playground.Server.Trainings;

namespace Playground.Server.Jobs;

/// <summary>Sampling for the pages and the HTTP API, in process.</summary>
internal sealed class SamplingJobs(ModelStore models, OwnedModels owned, JobQueue queue) : ISampling
{
    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.Strict };

    public IReadOnlyList<SamplerView> Samplers { get; } = [.. SamplerCatalog.All.Select(s => new SamplerView(s.Name, s.Title, [.. s.Options.Select(JsonNamingPolicy.CamelCase.ConvertName)]))];

    public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<ModelView>>(
        [.. models.List().Select(m => new ModelView(m.Name, m.SampleSize, m.Channels, m.Classes, m.TrainTimesteps, m.HasNullClass, m.Hash))]);

    public async Task<ModelView?> FindModelAsync(string name, CancellationToken ct)
        => await owned.FindAsync(name, Owners.Local, ct) is { } m ? new ModelView(name, m.SampleSize, m.Channels, m.Classes, m.TrainTimesteps, m.HasNullClass, m.Hash) : null;

    public async Task<JobView> StartAsync(SampleRequest request, CancellationToken ct)
    {
        var model = await owned.FindAsync(request.Model, Owners.Local, ct) ?? throw Invalid("model", $"model '{request.Model}' is not installed; use one of: {string.Join(", ", models.List().Select(m => m.Name))}.");
        var problems = ToCore(request).Validate(model);
        if (problems.Count > 0) throw new InvalidSampleException(problems.GroupBy(p => p.Field).ToDictionary(g => g.Key, g => g.Select(p => p.Message).ToArray()));
        try
        {
            return await queue.EnqueueAsync(JobKind.Sample, request, ToCore(request).Calls, ct);
        }
        catch (PlaygroundException e)
        {
            throw Invalid("queue", e.Message);
        }
    }

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
