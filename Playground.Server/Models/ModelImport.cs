using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Core.Files;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Server.Hosting;
using Playground.Server.Uploads;

namespace Playground.Server.Models;

/// <summary>
/// Takes a model in: what came is written beside the models, checked to the last number, and only then renamed to its place.
/// </summary>
internal sealed class ModelImport(ModelFolderLock places, ModelStore store, UploadStore uploads, UploadFiles uploadFiles,
    IOptions<PlaygroundOptions> options)
{
    private const int SmallFile = 1 << 20, Picture = 16 << 20, TokenizerFile = 16 << 20;

    /// <param name="job">What came, and what the model is to be called.</param>
    /// <param name="owner">Whose uploads they are.</param>
    /// <param name="ct">Ends the import before its last step; nothing is kept.</param>
    /// <exception cref="RequestException">It is not a sound model, or there is no place for it; nothing is kept.</exception>
    public async Task<ImportedModel> RunAsync(ModelImportJob job, string owner, CancellationToken ct)
    {
        using var claim = job.Name is null ? null : places.ClaimNew(job.Name);
        using var staging = places.Reopen(job.Folder);
        var files = job.Files.Select(f => new ReceivedFile(f.Name, f.Stored is null ? null : staging.PathOf(f.Stored))).ToList();
        foreach (var id in job.Uploads)
        {
            if (await uploads.FindAsync(id, owner, ct) is not { IsComplete: true } upload)
                throw ModelRefusal.Invalid($"The upload '{id}' has expired. Upload the file again.");
            files.Add(new ReceivedFile(upload.Name, uploadFiles.PathOf(id)));
        }
        var imported = await Task.Run(() => Take(files, staging, job.Name, job.FileName, ct), ct);
        // They have become a model, and are no longer needed.
        foreach (var id in job.Uploads) await uploadFiles.DeleteAsync(id, CancellationToken.None);
        return imported;
    }

    /// <summary>Removes what came for a job that does not become a model.</summary>
    public void Discard(ModelImportJob job) => places.Reopen(job.Folder).Dispose();

    private ImportedModel Take(IReadOnlyList<ReceivedFile> received, Staging staging, string? name, string? fileName, CancellationToken ct)
    {
        using var zip = received is [{ StoredAt: { } path }] && ZipFiles.IsZip(path)
            ? new ZipFiles(path, options.Value.MaxModelBytes)
            : null;
        if (zip is null && received is [{ StoredAt: { } single } one]
            && one.Name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return TakeSingle(single, one.Name, staging, name, ct);
        if (zip is null && received is [{ StoredAt: { } stored } only] && FileNature.Of(stored) is { } nature)
            throw ModelRefusal.Invalid(
                (only.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
                    ? $"'{only.Name}' is not a zip archive: it"
                    : $"'{only.Name}'")
                    + $" is {nature.What}: {nature.Remedy}. A model is taken as a folder or as a zip.");
        if (zip is null && received is [var alone] && alone.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            throw ModelRefusal.Invalid($"'{alone.Name}' is not a zip archive: it does not begin as one. Pack the model's folder as zip.");
        var plan = ModelLayout.Plan(zip?.Files ?? [.. received.Select(f => f.ToImport())]);
        var folder = Path.Combine(staging.Folder, "model");
        List<string> leftOut = [.. plan.LeftOut];
        foreach (var (target, file) in plan.Taken) Write(Path.Combine(folder, target), file, LimitOf(target), ct);
        new IncomingModel(folder).Check(leftOut, ct);
        return Install(folder, name ?? NameFor(plan.Folder, fileName ?? received[0].Name), isGiven: name is not null, leftOut, ct);
    }

    // Stable Diffusion in one file becomes a folder, which can be exported and used with diffusers.
    private ImportedModel TakeSingle(string path, string sentAs, Staging staging, string? name, CancellationToken ct)
    {
        var folder = Path.Combine(staging.Folder, "model");
        // Under its own name, which messages say.
        var file = Path.Combine(staging.Folder, NameFor("", Path.GetFileName(sentAs)) + ".safetensors");
        try
        {
            File.CreateSymbolicLink(file, path);
            StableDiffusionFile.Unpack(file, folder, ct);
        }
        catch (IOException e)
        {
            throw Staging.Full(e);
        }
        catch (PlaygroundException e)
        {
            throw ModelRefusal.Invalid(e.Message.Replace(staging.Folder + "/", "", StringComparison.Ordinal), e);
        }
        return Install(folder, name ?? NameFor("", sentAs), isGiven: name is not null, [], ct);
    }

    private ImportedModel Install(string folder, string name, bool isGiven, IReadOnlyList<string> leftOut, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (given, claim) = isGiven ? (name, null) : places.ClaimLike(name);
        using (claim)
        {
            places.Move(folder, places.PathOf(given));
            return new ImportedModel(ModelViews.Of(store.FindInstalled(given)
                ?? throw ModelRefusal.Missing($"The model '{given}' was removed as soon as it came."), store.List()), leftOut);
        }
    }

    private static string NameFor(string folder, string? fileName)
        => ModelNames.Clean(folder) is { Length: > 0 } named
            ? named
            : ModelNames.Clean(Path.GetFileNameWithoutExtension(fileName ?? "")) is { Length: > 0 } stem ? stem : "model";

    private long LimitOf(string target) => Path.GetExtension(target) switch
    {
        ".safetensors" => options.Value.MaxModelBytes,
        ".png" => Picture,
        _ when PipelineLayout.IsTokenizer(target) => TokenizerFile,
        ".json" when target.EndsWith(".index.json", StringComparison.Ordinal) => TokenizerFile,
        _ => SmallFile,
    };

    private static void Write(string path, ImportFile file, long limit, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var buffer = new byte[1 << 17];
        using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var from = Reading(file, () => file.Open!());
        var written = 0L;
        while (Reading(file, () => from.Read(buffer)) is var count and > 0)
        {
            ct.ThrowIfCancellationRequested();
            if ((written += count) > limit)
                throw ModelRefusal.TooLarge($"'{file.Path}' has more than {limit:N0} bytes, which is the limit for it.");
            try
            {
                to.Write(buffer, 0, count);
            }
            catch (IOException e)
            {
                throw Staging.Full(e);
            }
        }
        to.Flush(flushToDisk: true);
    }

    private static T Reading<T>(ImportFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArchiveException e)
        {
            throw ModelRefusal.Invalid(e.Message, e);
        }
        catch (PlaygroundException e)
        {
            throw ModelRefusal.Invalid($"'{file.Path}': {e.Message}. Pack and upload it again; nothing was kept.", e);
        }
    }
}

/// <summary>A file as it was received.</summary>
/// <param name="Name">What its sender calls it, with its folders.</param>
/// <param name="StoredAt">Where its bytes are; null where its sender only names it.</param>
internal sealed record ReceivedFile(string Name, string? StoredAt)
{
    /// <exception cref="RequestException">Its name leads elsewhere.</exception>
    public ImportFile ToImport() => EntryPath.Clean(Name) is ({ } path, _)
        ? new ImportFile(path, StoredAt is null ? null : () => File.OpenRead(StoredAt))
        : throw ModelRefusal.Invalid($"'{Name}': {EntryPath.Clean(Name).Problem}. Nothing was kept.");
}
