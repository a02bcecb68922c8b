using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation.Lora;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Server.Hosting;
using Playground.Server.Models;

namespace Playground.Server.Loras;

/// <summary>
/// The installed LoRAs: <c>loras/HASH/NAME.safetensors</c> in the data folder. Another file of the same name has another path, so that
/// what is loaded is never mistaken for it.
/// </summary>
internal sealed class LoraStore(IOptions<PlaygroundOptions> options)
{
    private const string Extension = ".safetensors";
    private const int HashDigits = 16;

    private readonly Lock _adding = new();
    private readonly ConcurrentDictionary<string, int?> _counts = new();
    private readonly ConditionalWeakTable<ModelSummary, ConcurrentDictionary<string, Fit>> _fits = [];

    private string Root => Path.Combine(Path.GetFullPath(options.Value.Data), "loras");

    /// <summary>Where a LoRA lies; null where there is none of that name. The name is only compared, and becomes no path.</summary>
    public string? Find(string name) => Paths().FirstOrDefault(p => NameOf(p) == name);

    /// <summary>The LoRAs by name; with a model, what becomes of each there.</summary>
    public IReadOnlyList<LoraView> List(ModelSummary? model)
        => [.. Paths().Select(p => ViewOf(p, model)).OfType<LoraView>().OrderBy(v => v.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Takes a file over that is a sound LoRA, whatever model it is for.</summary>
    /// <param name="file">Moved from here.</param>
    /// <param name="name">What it is to be called; another is found where that is taken.</param>
    /// <exception cref="RequestException">It is no LoRA, or damaged; the file stays where it is.</exception>
    public LoraView Add(string file, string name)
    {
        string hash;
        try
        {
            _ = LoraFit.Verify(file);
            using var stream = File.OpenRead(file);
            hash = Convert.ToHexStringLower(SHA256.HashData(stream))[..HashDigits];
        }
        catch (PlaygroundException e)
        {
            // Its name here means nothing to its sender.
            throw RequestException.Invalid("file", e.Message.Replace(Path.GetFileName(file), name + Extension, StringComparison.Ordinal),
                e);
        }
        lock (_adding)
        {
            if (Paths().FirstOrDefault(p => Path.GetFileName(Path.GetDirectoryName(p)) == hash) is { } same) return ViewOf(same, null)!;
            var given = ModelNames.Clean(name) is { Length: > 0 } clean ? clean : "lora";
            var free = given;
            for (var i = 2; Find(free) is not null; i++) free = $"{given}-{i}";
            var path = Path.Combine(Root, hash, free + Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(file, path);
            return ViewOf(path, null)!;
        }
    }

    /// <returns>Whether there was one of that name.</returns>
    public bool Delete(string name)
    {
        if (Find(name) is not { } path) return false;
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return true;
    }

    /// <summary>What becomes of a LoRA on a model: the report, or why it cannot be used.</summary>
    public (LoraReport? Report, string? Problem) FitOf(string path, ModelSummary model)
    {
        var fit = _fits.GetOrCreateValue(model).GetOrAdd(path, _ =>
        {
            try
            {
                return new Fit(LoraFit.Of(model.Folder, path), null);
            }
            catch (PlaygroundException e)
            {
                return new Fit(null, e.Message);
            }
        });
        return (fit.Report, fit.Problem);
    }

    private LoraView? ViewOf(string path, ModelSummary? model)
    {
        if (_counts.GetOrAdd(path, CountOf) is not { } count || new FileInfo(path) is not { Exists: true } file) return null;
        var view = new LoraView(NameOf(path), file.Length, file.LastWriteTimeUtc, count);
        if (model is null) return view;
        if (model.Text is null) return view with { Problem = $"'{model.Name}' reads no text; LoRAs are for Stable Diffusion models." };
        var (report, problem) = FitOf(path, model);
        return view with { Layers = report?.Layers, Unmatched = report?.Unmatched ?? [], Problem = problem };
    }

    // Null where the file is no LoRA: somebody has put it there.
    private static int? CountOf(string path)
    {
        try
        {
            return LoraFit.Count(path);
        }
        catch (PlaygroundException)
        {
            return null;
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private string[] Paths() => Directory.Exists(Root) ? Directory.GetFiles(Root, "*" + Extension, SearchOption.AllDirectories) : [];

    private sealed record Fit(LoraReport? Report, string? Problem);
}
