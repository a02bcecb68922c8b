using System.IO.Compression;
using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>A model as a zip that diffusers loads once it is unpacked: stored, not compressed, since weights hardly shrink.</summary>
internal sealed class ModelExport : IAsyncDisposable
{
    private readonly List<(string Entry, FileStream File)> _files = [];

    /// <summary>Opens every file at once, so that the model is whole even if it is deleted while it is sent.</summary>
    /// <exception cref="IOException">It has gone.</exception>
    public ModelExport(ModelSummary model)
    {
        if (model.Text is not null)
        {
            OpenPipeline(model);
            return;
        }
        var (from, to) = (ModelFiles.Find(model.Folder), ModelFiles.At(model.Name));
        try
        {
            Open(from.Index, to.Index);
            Open(from.Config, to.Config);
            Open(from.Weights, Path.Combine(Path.GetDirectoryName(to.Weights)!, Path.GetFileName(from.Weights)));
            Open(from.Scheduler, to.Scheduler);
            foreach (var (source, target) in new[] { (from.Manifest, to.Manifest) }.Concat(new[] { ModelCard.FileName, LoraFile.Name }
                .Concat(ModelImages.Of(Directory.EnumerateFiles(model.Folder).Select(f => Path.GetFileName(f))))
                .Select(n => (Path.Combine(model.Folder, n), Path.Combine(model.Name, n)))))
                if (File.Exists(source)) Open(source, target);
        }
        catch
        {
            _files.ForEach(f => f.File.Dispose());
            throw;
        }
    }

    // The parts that this program reads; what else lies in the folder stays.
    private void OpenPipeline(ModelSummary model)
    {
        string[] all = [.. Directory.EnumerateFiles(model.Folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(model.Folder, f).Replace('\\', '/'))];
        string[] adorning = [ModelLayout.Index, ModelLayout.Manifest, ModelCard.FileName, LoraFile.Name, .. ModelImages.Of(all)];
        try
        {
            foreach (var path in PipelineLayout.PartsOf(all).Concat(adorning.Where(all.Contains)))
                Open(Path.Combine(model.Folder, path), Path.Combine(model.Name, path));
        }
        catch
        {
            _files.ForEach(f => f.File.Dispose());
            throw;
        }
    }

    public async Task WriteAsync(Stream to, CancellationToken ct)
    {
        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
        foreach (var (name, file) in _files)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = File.GetLastWriteTime(file.SafeFileHandle);
            await using var stream = await entry.OpenAsync(ct);
            await file.CopyToAsync(stream, ct);
        }
    }

    private void Open(string path, string entry) => _files.Add((entry.Replace('\\', '/'), File.OpenRead(path)));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, file) in _files) await file.DisposeAsync();
    }
}
