using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets.Imports;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>Data sets as pages and the HTTP API use them.</summary>
internal sealed class DatasetService(
    DatasetStore store, PictureStore pictures, UploadStore uploads, UploadFiles uploadFiles, JobQueue jobs, JobBoard board,
    StorageSpace space, IEnumerable<IDatasetReferences> references, ICurrentOwner owner, IOptions<UploadOptions> options,
    TimeProvider clock) : IDatasets
{
    private const int MaxTake = 500, MaxUploads = 1000;

    public async Task<IReadOnlyList<DatasetView>> ListAsync(CancellationToken ct)
    {
        var rows = await store.ListAsync(owner.Id, ct);
        var files = (await uploads.OfDatasetsAsync(owner.Id, ct)).ToLookup(u => u.DatasetId);
        var versions = (await store.VersionsOfAsync(owner.Id, ct)).ToLookup(v => v.DatasetId);
        var views = new List<DatasetView>();
        foreach (var row in rows) views.Add(await ExplainAsync(ViewOf(row, files[row.Id], [.. versions[row.Id]]), ct));
        return views;
    }

    public async Task<DatasetView?> FindAsync(string id, CancellationToken ct)
        => await store.FindAsync(id, owner.Id, ct) is { } row ? await ViewAsync(row, ct) : null;

    public async Task<DatasetView> CreateAsync(NewDataset request, CancellationToken ct)
    {
        var name = DatasetRules.Name(request.Name, "The name");
        if (request.Uploads.Count > 0 && request.Address is not null)
            throw DatasetRules.Invalid("Give either uploads or an address, not both.");
        if (request.Uploads.Count > MaxUploads)
            throw DatasetRules.Invalid(
                $"{request.Uploads.Count} uploads are named; the limit is {MaxUploads}. Pack the files into one zip or tar.");
        if (request.Address is not null) AddressDownload.Parse(request.Address);
        var row = new DatasetRow
        {
            Id = Guid.NewGuid().ToString("N"),
            Owner = owner.Id,
            Name = name,
            Status = DatasetStatus.Draft,
            Address = request.Address,
            Created = clock.GetUtcNow()
        };
        await store.InsertAsync(row, ct);
        if (request.Uploads.Count > 0 && await uploads.AttachAsync(request.Uploads, row.Id, row.Owner, ct) != request.Uploads.Distinct()
            .Count())
        {
            // What was attached is free again with the draft's end.
            await store.DeleteAsync(row.Id, row.Owner, ct);
            throw DatasetRules.Invalid("An upload is not there, not complete, or belongs to another data set already.");
        }
        return request.Uploads.Count > 0 || request.Address is not null ? await StartAsync(row, ct) : await ViewAsync(row, ct);
    }

    public async Task<DatasetView> InspectAsync(string id, CancellationToken ct)
    {
        var row = await RequireAsync(id, ct);
        if (row.Status != DatasetStatus.Draft)
            throw Conflict($"'{row.Name}' has been made, or is being made, already. To change it, make a new version.");
        var files = new List<Upload>();
        foreach (var upload in await uploads.OfDatasetAsync(id, ct)) files.Add(await uploadFiles.SettleAsync(upload, ct));
        if (files.Count == 0) throw Conflict($"Nothing has been uploaded to '{row.Name}' yet.");
        return files.FirstOrDefault(f => !f.IsComplete) is { } open
            ? throw Conflict(
                $"'{open.Name}' is not complete: {StorageSpace.Size(uploadFiles.OffsetOf(open.Id))} of {StorageSpace.Size(
                    open.Length)} are there.")
            : await StartAsync(row, ct);
    }

    public async Task CancelAsync(string id, CancellationToken ct)
    {
        var row = await RequireAsync(id, ct);
        if (row is not { Status: DatasetStatus.Inspecting, JobId: { } job } || await jobs.CancelAsync(job, ct) != true)
            throw Conflict($"'{row.Name}' is not being made; there is nothing to cancel.");
    }

    public async Task<DatasetView> EditAsync(string id, DatasetEdit edit, CancellationToken ct)
    {
        var row = await RequireAsync(id, ct);
        var name = edit.Name is null ? null : DatasetRules.Name(edit.Name, "The name");
        if (edit with { Name = null, From = null } != new DatasetEdit()) await AddVersionAsync(row, edit, ct);
        if (name is not null) await store.RenameAsync(id, row.Owner, name, ct);
        return await ViewAsync(await RequireAsync(id, ct), ct);
    }

    public async Task DeleteAsync(string id, CancellationToken ct)
    {
        var row = await RequireAsync(id, ct);
        var versions = await store.VersionsAsync(id, ct);
        if (row.Status == DatasetStatus.Inspecting || versions.Any(v => v.Status == DatasetStatus.Inspecting))
            throw Conflict($"'{row.Name}' is being worked on. Wait for it or cancel it, then delete it.");
        string[] hashes = [.. versions.Select(v => v.Hash).OfType<string>()];
        var users = new List<string>();
        foreach (var source in references) users.AddRange(await source.UsersOfAsync(row.Owner, hashes, ct));
        if (users.Count > 0)
            throw Conflict(
                $"'{row.Name}' is used by {string.Join(", ",
                    users.Take(5))}{(users.Count > 5 ? $" and {users.Count - 5} more" : "")}. Delete those first.");
        foreach (var upload in await uploads.OfDatasetAsync(id, ct))
        {
            await uploadFiles.DeleteAsync(upload.Id, ct);
        }
        await store.DeleteAsync(id, row.Owner, ct);
    }

    public async Task<DatasetPicturePage> PicturesAsync(string id, DatasetPictureQuery query, CancellationToken ct)
    {
        if (query.Take is < 1 or > MaxTake) throw DatasetRules.Invalid($"take is {query.Take}; it must be 1 to {MaxTake}.");
        if (query.Skip < 0) throw DatasetRules.Invalid($"skip is {query.Skip}; it must be 0 or more.");
        if (query.Duplicates is not (null or "exact" or "similar"))
            throw DatasetRules.Invalid($"duplicates is '{query.Duplicates}'; it must be exact or similar.");
        var row = await RequireAsync(id, ct);
        var version = await RequireVersionAsync(row, query.Version, ct);
        var recipe = VersionRecipe.Parse(version.Recipe);
        int[]? classes = query.Class is null ? null
            : [.. Enumerable.Range(0, recipe.Names.Count).Where(k => recipe.Names[k] == query.Class)];
        if (classes is []) throw DatasetRules.Invalid($"Version {version.Version} has no class '{query.Class}'.");
        var (total, rows) = await pictures.PageAsync(id, version.Version, query, classes, ct);
        return new DatasetPicturePage(total, [.. rows.Select(p => new DatasetPicture(p.Number, p.Name,
            p.Class is { } k ? recipe.Names[k] : null, p.Caption, p.Width, p.Height, p.Excluded, p.Duplicates, p.IsExact))]);
    }

    public async Task<DatasetStorage> StorageAsync(CancellationToken ct)
        => new(await space.UsedAsync(owner.Id, ct), await space.QuotaAsync(owner.Id, ct), options.Value.MaxBytes);

    private async Task AddVersionAsync(DatasetRow row, DatasetEdit edit, CancellationToken ct)
    {
        if (row.Status != DatasetStatus.Ready) throw Conflict($"'{row.Name}' is not ready; versions can be made once it is.");
        var from = await RequireVersionAsync(row, edit.From, ct);
        var (recipe, excluded, count) = VersionEdits.Apply(await pictures.KeysAsync(row.Id, ct),
            await pictures.ExcludedAsync(row.Id, from.Version, ct), VersionRecipe.Parse(from.Recipe), edit);
        await space.RequireAsync(row.Owner, VersionRecipe.EstimateBytes(count, recipe.Size, recipe.Channels), 0, ct);
        await PictureStore.AddVersionAsync(new VersionRow
        {
            DatasetId = row.Id,
            Status = DatasetStatus.Inspecting,
            Recipe = recipe.ToJson(),
            Count = count,
            Created = clock.GetUtcNow()
        }, excluded, with => jobs.EnqueueAsync(JobKind.DatasetVersion, new DatasetJob(row.Id), DatasetImportHandler.Steps, ct, with), ct);
    }

    private async Task<DatasetView> StartAsync(DatasetRow row, CancellationToken ct)
    {
        await jobs.EnqueueAsync(JobKind.DatasetImport, new DatasetJob(row.Id), DatasetImportHandler.Steps, ct, async (db, job) =>
        {
            if (!await DatasetStore.BeginAsync(db, row.Id, job, ct)) throw Conflict($"'{row.Name}' is being made already.");
        });
        return await ViewAsync(await RequireAsync(row.Id, ct), ct);
    }

    private async Task<DatasetView> ViewAsync(DatasetRow row, CancellationToken ct)
        => await ExplainAsync(ViewOf(row, await uploads.OfDatasetAsync(row.Id, ct), await store.VersionsAsync(row.Id, ct)), ct);

    // Why something failed by codes, which its job keeps.
    private async Task<DatasetView> ExplainAsync(DatasetView view, CancellationToken ct) => view with
    {
        ErrorRemarks = await RemarksAsync(view.Error, view.Job, ct),
        Versions = view.Versions.All(v => v.Error is null) ? view.Versions : [.. await Task.WhenAll(view.Versions.Select(
            async v => v with { ErrorRemarks = await RemarksAsync(v.Error, v.Job, ct) }))],
    };

    private async Task<IReadOnlyList<Remark>> RemarksAsync(string? error, string? job, CancellationToken ct)
        => error is null || job is null ? [] : (await jobs.FindAsync(job, ct))?.ErrorRemarks ?? [];

    private DatasetView ViewOf(DatasetRow row, IEnumerable<Upload> uploaded, List<VersionRow> versions)
    {
        var files = uploaded.Select(u => new DatasetUpload(u.Id, u.Name, u.Length, uploadFiles.OffsetOf(u.Id), u.Sha256)).ToList();
        var status = row.Status == DatasetStatus.Draft && files.Any(f => f.Sha256 is null) ? DatasetStatus.Uploading : row.Status;
        var report = StoredReport.Read(row.Report);
        var job = row.Status == DatasetStatus.Inspecting ? JobOf(row.JobId) : null;
        return new DatasetView(row.Id, row.Name, status, row.Error ?? job?.Error, ProgressOf(job), files, report,
            [.. versions.Select(ViewOf)],
            row.Bytes + versions.Sum(v => v.Bytes), row.Created.UtcDateTime)
        { Job = row.JobId };
    }

    private DatasetVersion ViewOf(VersionRow row)
    {
        var recipe = VersionRecipe.Parse(row.Recipe);
        var job = row.Status == DatasetStatus.Inspecting ? JobOf(row.JobId) : null;
        return new DatasetVersion(row.Version, row.Status, row.Count, recipe.Size, recipe.Channels, recipe.Crop, recipe.Classes, row.Hash,
            row.Bytes, ProgressOf(job), row.Error ?? job?.Error, row.Created.UtcDateTime)
        { Job = row.JobId };
    }

    private JobView? JobOf(string? id) => id is null ? null : board.Find(id, owner.Id)?.View;

    private static DatasetProgress? ProgressOf(JobView? job) => job is null or { Status: JobStatus.Paused } ? null
        : job.Stage is { } stage ? new DatasetProgress(stage.Name, stage.Done, stage.Total, stage.Share)
        : new DatasetProgress("waiting", 0, null, null);

    private async Task<DatasetRow> RequireAsync(string id, CancellationToken ct)
        => await store.FindAsync(id, owner.Id, ct)
            ?? throw RequestException.Missing($"There is no data set '{id}'.");

    private async Task<VersionRow> RequireVersionAsync(DatasetRow row, int? version, CancellationToken ct)
    {
        var versions = await store.VersionsAsync(row.Id, ct);
        return (version is null ? versions.LastOrDefault(v => v.Status == DatasetStatus.Ready)
            : versions.FirstOrDefault(v => v.Version == version))
            ?? throw RequestException.Missing(version is null
                ? $"'{row.Name}' has no version that is ready."
                : $"'{row.Name}' has no version {version}.");
    }

    private static RequestException Conflict(string message) => RequestException.Conflict(message);
}
