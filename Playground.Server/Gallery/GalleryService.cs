using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>The caller's gallery, for the pages and the HTTP API.</summary>
internal sealed class GalleryService(GalleryStore store, JobStore jobs, BlobStore blobs, BlobCleaner cleaner, ModelAccess models,
    SourcePictures sources, ImageFrames frames, GalleryDownloads downloads, ICurrentOwner owner, IOptions<GalleryOptions> options,
    TimeProvider clock) : IGallery
{
    public TimeSpan UndoTime => options.Value.UndoTime;

    public async Task<GallerySaved> SaveAsync(GallerySave request, CancellationToken ct)
    {
        var job = await jobs.FindAsync(request.Run, owner.Id, ct)
            ?? throw RequestException.Missing($"There is no run '{request.Run}'.");
        // From here on nobody deletes what is read.
        using var hold = await blobs.HoldAsync(ct);
        var made = job.Kind == JobKind.Sample ? await jobs.ListPicturesAsync(job.Id, owner.Id, ct) : [];
        if (made.Count == 0) throw RequestException.Conflict("The run has no images. Save images of a run that has finished.");
        IReadOnlyList<int> picked = request.Images.Count == 0 ? [.. Enumerable.Range(0, made.Count)] : [.. request.Images.Distinct()];
        if (picked.Where(i => i < 0 || i >= made.Count).Select(i => (int?)i).FirstOrDefault() is { } missing)
            throw RequestException.Invalid("images", $"The run has no image {missing}; its images are 0 to {made.Count - 1}.");
        var dataset = await DatasetOfAsync(job.ToView().RequestAs<SampleRequest>().Model, ct);
        var now = clock.GetUtcNow();
        var images = new List<(GalleryImageRow, GalleryRecipeRow)>();
        for (var i = 0; i < picked.Count; i++)
        {
            // With the newest first, the first of a run stands before its others.
            var saved = now.AddMicroseconds(picked.Count - i);
            images.Add(await ReadAsync(job, picked[i], made[picked[i]].Hash, dataset, saved, ct));
        }
        var (added, ids) = await store.AddAsync(images, request.Board, ct);
        return new GallerySaved(added, [.. picked.Select(i => ids[i])]);
    }

    public Task<GalleryPage> ListAsync(GalleryQuery query, CancellationToken ct)
    {
        GalleryFilter.Check(query);
        return store.ListAsync(owner.Id, query, ct);
    }

    public async Task<IReadOnlyList<string>> ListIdsAsync(GalleryQuery query, CancellationToken ct)
    {
        GalleryFilter.Check(query);
        return await store.ListIdsAsync(owner.Id, query, ct);
    }

    public Task<int?> FindPlaceAsync(string id, GalleryQuery query, CancellationToken ct)
    {
        GalleryFilter.Check(query);
        return store.FindPlaceAsync(owner.Id, id, query, ct);
    }

    public async Task<GalleryImageDetail?> FindAsync(string id, CancellationToken ct)
    {
        if (await store.FindAsync(owner.Id, id, ct) is not var (image, recipe, tags)) return null;
        var view = new GalleryImage(image.Id, image.Width, image.Height, image.Model, image.Seed, image.Class, image.Prompt,
            image.IsStarred, image.Rating);
        return new GalleryImageDetail(view, image.Saved.UtcDateTime, image.Bytes, image.ModelHash, image.Dataset, image.Sampler,
            image.BoardId, tags, image.Note, GalleryRecipe.Parse(recipe.Request), recipe.Parameters, image.JobId, image.Number,
            await jobs.FindAsync(image.JobId, owner.Id, ct) is not null, image.Deleted?.UtcDateTime)
        { Steps = await frames.ListStepsAsync(image.JobId, owner.Id, ct) };
    }

    public Task<GalleryFacets> GetFacetsAsync(CancellationToken ct) => store.GetFacetsAsync(owner.Id, ct);

    public Task<int> EditAsync(GalleryEdit edit, CancellationToken ct)
    {
        GalleryRules.Check(edit);
        return store.EditAsync(owner.Id, GalleryRules.CheckIds(edit.Ids), edit, ct);
    }

    public async Task<int> DeleteAsync(GallerySelection images, bool permanently, CancellationToken ct)
    {
        var ids = GalleryRules.CheckIds(images.Ids);
        if (!permanently) return await store.MarkAsync(owner.Id, ids, deleted: true, ct);
        var hashes = await store.RemoveAsync(owner.Id, ids, ct);
        await cleaner.CleanAsync([.. hashes.Distinct()], CancellationToken.None);
        return hashes.Count;
    }

    public Task<int> RestoreAsync(GallerySelection images, CancellationToken ct)
        => store.MarkAsync(owner.Id, GalleryRules.CheckIds(images.Ids), deleted: false, ct);

    public async Task<GalleryDownload> OfferAsync(GallerySelection images, CancellationToken ct)
    {
        var files = await store.ListFilesAsync(owner.Id, GalleryRules.CheckIds(images.Ids), ct);
        if (files.Count == 0) throw RequestException.Missing("None of these images is in the gallery.");
        var ticket = downloads.Offer(owner.Id, [.. files.Select(f => f.Id)]);
        return new GalleryDownload($"/api/v1/gallery/downloads/{ticket}.zip", files.Count, files.Sum(f => f.Bytes));
    }

    public async Task<IReadOnlyList<BoardView>> ListBoardsAsync(CancellationToken ct) => await store.ListBoardsAsync(owner.Id, ct);

    public async Task<BoardView> AddBoardAsync(BoardName name, CancellationToken ct)
    {
        var text = GalleryRules.BoardNameOf(name);
        return new BoardView(await store.AddBoardAsync(owner.Id, text, ct), text, 0, null);
    }

    public async Task<BoardView> RenameBoardAsync(string id, BoardName name, CancellationToken ct)
    {
        if (!await store.RenameBoardAsync(owner.Id, id, GalleryRules.BoardNameOf(name), ct))
            throw RequestException.Missing($"There is no board '{id}'.");
        return (await store.ListBoardsAsync(owner.Id, ct)).Single(b => b.Id == id);
    }

    public Task<bool> DeleteBoardAsync(string id, CancellationToken ct) => store.DeleteBoardAsync(owner.Id, id, ct);

    private async Task<string?> DatasetOfAsync(string model, CancellationToken ct)
        => (await models.FindAsync(model, owner.Id, ct))?.Manifest.Lineage?.Dataset;

    private async Task<(GalleryImageRow, GalleryRecipeRow)> ReadAsync(JobRow job, int number, string hash, string? dataset,
        DateTimeOffset saved, CancellationToken ct)
    {
        var file = await File.ReadAllBytesAsync(blobs.PathOf(hash), ct);
        var header = PictureFile.ReadHeader(file);
        var recipe = GalleryRecipe.Read(file, job.ToView().Request);
        var request = recipe.Request;
        // What it was started from is kept as long as a recipe names it.
        foreach (var source in new[] { request.Mask, request.Interpolate?.From, request.Interpolate?.To }.Concat(request.Init))
            if (source is not null) await sources.PinAsync(owner.Id, source, ct);
        var image = new GalleryImageRow
        {
            Id = Guid.CreateVersion7(saved).ToString("N"),
            Owner = owner.Id,
            Hash = hash,
            Bytes = file.Length,
            Width = header.Width,
            Height = header.Height,
            JobId = job.Id,
            Number = number,
            Model = request.Model,
            ModelHash = recipe.ModelHash,
            Dataset = dataset,
            Sampler = request.Sampler,
            Seed = request.Seeds.Count > 0 ? request.Seeds[number % request.Seeds.Count] : request.Seed,
            Class = request.Classes.Count > 0 ? request.Classes[0] : null,
            Prompt = recipe.Prompt,
            SearchText = recipe.SearchTextWith(dataset),
            Saved = saved,
        };
        return (image, new GalleryRecipeRow { ImageId = image.Id, Request = recipe.Json, Parameters = recipe.Parameters });
    }
}
