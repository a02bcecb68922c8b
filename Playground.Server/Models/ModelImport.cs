using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Server.Hosting;

namespace Playground.Server.Models;

/// <summary>
/// Takes a model in: what came is written beside the models, checked to the last number, and only then renamed to its place.
/// </summary>
internal sealed class ModelImport(ModelFolderLock places, ModelStore store, IOptions<PlaygroundOptions> options)
{
    private const int SmallFile = 1 << 20, Picture = 16 << 20;

    // Each check holds a network in memory.
    private readonly SemaphoreSlim _checking = new(1, 1);

    /// <param name="receive">Writes what comes into the folder, and gives the files.</param>
    /// <param name="name">What the model is to be called; null: as the folder or the file that came is.</param>
    /// <param name="fileName">What the zip is called where it came from.</param>
    /// <param name="ct">Ends the import before its last step; nothing is kept.</param>
    /// <exception cref="ModelRefusedException">It is not a sound model, or there is no place for it; nothing is kept.</exception>
    public async Task<ImportedModel> TakeAsync(Func<Staging, ByteBudget, Task<IReadOnlyList<ReceivedFile>>> receive, string? name,
        string? fileName, CancellationToken ct)
    {
        using var claim = name is null ? null : places.ClaimNew(name);
        using var staging = places.Stage();
        var files = await receive(staging, new ByteBudget(options.Value.MaxModelBytes));
        await _checking.WaitAsync(ct);
        try
        {
            return await Task.Run(() => Take(files, staging, name, fileName, ct), ct);
        }
        finally
        {
            _checking.Release();
        }
    }

    private ImportedModel Take(IReadOnlyList<ReceivedFile> received, Staging staging, string? name, string? fileName, CancellationToken ct)
    {
        using var zip = received is [{ StoredAt: { } path }] && ZipFiles.IsZip(path)
            ? new ZipFiles(path, options.Value.MaxModelBytes)
            : null;
        if (zip is null && received is [{ StoredAt: { } stored } only] && FileNature.Of(stored) is { } nature)
            throw new ModelRefusedException(ModelRefusal.Invalid,
                (only.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
                    ? $"'{only.Name}' is not a zip archive: it"
                    : $"'{only.Name}'")
                    + $" is {nature.What}: {nature.Remedy}. A model is taken as a folder or as a zip.");
        if (zip is null && received is [var alone] && alone.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            throw new ModelRefusedException(ModelRefusal.Invalid,
                $"'{alone.Name}' is not a zip archive: it does not begin as one. Pack the model's folder as zip.");
        var plan = ModelLayout.Plan(zip?.Files ?? [.. received.Select(f => f.ToImport())]);
        var folder = Path.Combine(staging.Folder, "model");
        List<string> leftOut = [.. plan.LeftOut];
        foreach (var (target, file) in plan.Taken) Write(Path.Combine(folder, target), file, LimitOf(target), ct);
        new IncomingModel(folder).Check(leftOut);
        ct.ThrowIfCancellationRequested();
        var (given, claim) = name is null ? places.ClaimLike(NameFor(plan.Folder, fileName ?? received[0].Name)) : (name, null);
        using (claim)
        {
            ModelFolderLock.Move(folder, places.PathOf(given));
            var models = store.List();
            return new ImportedModel(ModelViews.Of(models.First(m => m.Name == given), models), leftOut);
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
            if ((written += count) > limit) throw new ModelRefusedException(ModelRefusal.TooLarge,
                $"'{file.Path}' has more than {limit:N0} bytes, which is the limit for it.");
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
            throw new ModelRefusedException(ModelRefusal.Invalid, e.Message, e);
        }
        catch (PlaygroundException e)
        {
            throw new ModelRefusedException(ModelRefusal.Invalid,
                $"'{file.Path}': {e.Message}. Pack and upload it again; nothing was kept.", e);
        }
    }
}

/// <summary>A file as it was received.</summary>
/// <param name="Name">What its sender calls it, with its folders.</param>
/// <param name="StoredAt">Where its bytes are; null where its sender only names it.</param>
internal sealed record ReceivedFile(string Name, string? StoredAt)
{
    /// <exception cref="ModelRefusedException">Its name leads elsewhere.</exception>
    public ImportFile ToImport() => EntryPath.Clean(Name) is ({ } path, _)
        ? new ImportFile(path, StoredAt is null ? null : () => File.OpenRead(StoredAt))
        : throw new ModelRefusedException(ModelRefusal.Invalid, $"'{Name}': {EntryPath.Clean(Name).Problem}. Nothing was kept.");
}
