using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Samplers;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Trainings;

namespace Playground.Server.Sampling;

/// <summary>Sampling for the pages and the HTTP API, in process.</summary>
internal sealed class SamplingJobs(ModelStore models, ModelAccess owned, SampleRequestMapper reader, JobQueue queue,
    ICurrentOwner owner) : ISampling
{
    public IReadOnlyList<SamplerView> Samplers { get; } = [.. SamplerCatalog.All.Select(
        s => new SamplerView(s.Name, s.Title, [.. s.Options.Select(JsonNamingPolicy.CamelCase.ConvertName)], s.IsMemoryless))];

    public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct) => Task.FromResult(ModelViews.Of(models.List()));

    public async Task<ModelView?> FindModelAsync(string name, CancellationToken ct)
        => await owned.FindAsync(name, owner.Id, ct) is { } m
            ? new ModelView(name, m.SampleSize, m.Channels, m.Classes, m.TrainTimesteps, m.HasNullClass || m.Text is not null, m.Hash)
            {
                Title = (await owned.TitleAsync(name, owner.Id, ct)).Text,
                ClassNames = m.ClassNames,
                Text = ModelViews.TextOf(m),
                Parent = LineageTree.Parent(m, models.List()),
            }
            : null;

    public async Task<PromptView?> ReadPromptAsync(string model, string prompt, CancellationToken ct)
    {
        if (await owned.FindAsync(model, owner.Id, ct) is not { Text: { } text }) return null;
        try
        {
            var read = text.Prompts.Tokenize(prompt);
            return new PromptView(read.Count, text.Prompts.Limit, read.Cut);
        }
        catch (PlaygroundException e)
        {
            throw SampleRequestMapper.Invalid("prompt", e.Message);
        }
    }

    public async Task<JobView> StartAsync(SampleRequest request, CancellationToken ct)
    {
        var model = await owned.FindAsync(request.Model, owner.Id, ct) ?? throw SampleRequestMapper.Invalid("model",
            $"model '{request.Model}' is not installed; use one of: {string.Join(", ", models.List().Select(m => m.Name))}.");
        var core = await reader.CheckAsync(request, model, owner.Id, ct);
        return await queue.EnqueueAsync(JobKind.Sample, request, core.CallsOn(model), ct);
    }
}
