using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Core.Samplers;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling.Frames;
using Playground.Server.Storage;

namespace Playground.Server.Sampling.History;

/// <summary>The caller's sampling runs, for the pages and the HTTP API.</summary>
internal sealed class RunHistory(Database database, JobStore store, JobBoard board, RunPins pins, IRunFrames frames, ModelAccess models,
    ICurrentOwner owner)
    : IRunHistory
{
    public async Task<IReadOnlyList<RunView>> ListAsync(CancellationToken ct)
    {
        var mine = owner.Id;
        var pinned = await pins.ListAsync(mine, ct);
        var rows = await database.ReadAsync(async db =>
        {
            var runs = db.Set<JobRow>().Where(j => j.Owner == mine && j.Kind == JobKind.Sample);
            var newest = await runs.OrderByDescending(j => j.Created).ThenByDescending(j => j.Id).Take(IRunHistory.Listed).ToListAsync(ct);
            var older = await runs.Where(j => pinned.Contains(j.Id)).ToListAsync(ct);
            return newest.UnionBy(older, j => j.Id).OrderByDescending(j => j.Created).ThenByDescending(j => j.Id).ToList();
        }, ct);
        var ids = rows.ConvertAll(r => r.Id);
        var finished = (await database.ReadAsync(db => db.Set<JobPictureRow>().Where(p => p.Name == "0" && ids.Contains(p.JobId))
            .Select(p => p.JobId).ToListAsync(ct), ct)).ToHashSet();
        var sizes = frames.Sizes(mine);
        var runs = rows.ConvertAll(row => ViewOf(board.Find(row.Id, row.Owner)?.View ?? row.ToView(), pinned.Contains(row.Id),
            finished.Contains(row.Id) || sizes.ContainsKey(row.Id), sizes.GetValueOrDefault(row.Id)));
        var titles = new Dictionary<string, string>();
        foreach (var model in runs.Select(r => r.Model).Distinct()) titles[model] = (await models.TitleAsync(model, mine, ct)).Text;
        return runs.ConvertAll(r => r with { ModelTitle = titles[r.Model] });
    }

    public async Task<bool> PinAsync(string id, bool isPinned, CancellationToken ct)
    {
        var mine = owner.Id;
        if (await store.FindAsync(id, mine, ct) is not { Kind: JobKind.Sample }) return false;
        if (!isPinned)
        {
            await pins.UnpinAsync(id, mine, ct);
            return true;
        }
        if ((await pins.ListAsync(mine, ct)).Count >= RunPins.MaxPins)
            throw RequestException.Conflict($"{RunPins.MaxPins} runs are pinned, which is the limit; unpin one first.");
        await pins.PinAsync(id, mine, ct);
        return true;
    }

    private static RunView ViewOf(JobView job, bool isPinned, bool hasThumbnail, long frameBytes)
    {
        var request = job.RequestAs<SampleRequest>();
        return new RunView(job.Id, job.Status, job.Created, request.Model, SamplerCatalog.Find(request.Sampler)?.Title ?? request.Sampler,
            request.Steps, request.Count, request.Seed)
        {
            IsPinned = isPinned,
            Thumbnail = hasThumbnail ? $"/api/v1/history/{job.Id}/thumbnail.webp" : null,
            FrameBytes = frameBytes,
        };
    }
}
