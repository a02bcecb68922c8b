using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;
using Playground.Core.Pipelines.StableDiffusion;

namespace Playground.Server.Models;

/// <summary>A model in diffusers' layout that nobody has looked at yet.</summary>
internal sealed class IncomingModel(string folder)
{
    private const int MaxName = 200, MaxHash = 64, MaxTraining = 100, MaxValue = 1000;
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G'];
    private readonly ModelFiles _files = ModelFiles.At(folder);

    /// <summary>Reads every part; what only adorns the model is removed where it is bad, and named in <paramref name="leftOut"/>.</summary>
    /// <exception cref="RequestException">A part that is needed is not sound.</exception>
    public void Check(List<string> leftOut, CancellationToken ct)
    {
        try
        {
            MendManifest();
            CheckImages(leftOut);
            // The index is written anew: diffusers imports the classes that it names.
            if (StableDiffusionFolder.Is(folder))
            {
                StableDiffusionFolder.Verify(folder, ct);
                StableDiffusionFolder.WriteIndex(folder);
            }
            else
            {
                var summary = ModelFolder.Verify(folder);
                ModelFolder.WriteIndex(folder, summary.Config, summary.Scheduler);
            }
        }
        catch (IOException e)
        {
            throw Staging.Full(e);
        }
        catch (PlaygroundException e)
        {
            // The message speaks of a folder that its reader has never seen.
            throw ModelRefusal.Invalid(e.Message.Replace(folder + "/", "", StringComparison.Ordinal)
                .Replace(folder, "the model", StringComparison.Ordinal), e);
        }
    }

    private void MendManifest()
    {
        if (!File.Exists(_files.Manifest)) return;
        var manifest = Json.Read<ModelManifest>(_files.Manifest);
        if (manifest.Lineage is { } lineage)
        {
            string?[] names = [lineage.Dataset, lineage.DatasetId, lineage.Parent, lineage.Training],
                hashes = [lineage.ParentHash, lineage.DatasetHash];
            if (names.Any(n => n?.Length > MaxName)
                || hashes.Any(h => h is not null && (h.Length is < 10 or > MaxHash || !h.All(char.IsAsciiHexDigitLower))))
                throw new PlaygroundException(
                    $"'{Path.GetFileName(_files.Manifest)}': the names in its lineage have at most {MaxName} characters, and its hashes 10 "
                        + $"to {MaxHash} hexadecimal digits.");
        }
        if (manifest.Training is { } training
            && (training.Count > MaxTraining || training.Any(p => p.Key.Length > MaxValue || p.Value is null or { Length: > MaxValue })))
            throw new PlaygroundException(
                $"'{Path.GetFileName(_files.Manifest)}': training has at most {MaxTraining} entries, each a text of at "
                    + $"most {MaxValue} characters.");
        // That is for the program's own models.
        Json.Write(_files.Manifest, manifest with { Shipped = false });
    }

    private void CheckImages(List<string> leftOut)
    {
        foreach (var path in Directory.GetFiles(folder, "*.png"))
        {
            try
            {
                if (new FileInfo(path).Length is > ModelImages.MostBytes and var length)
                    throw new PlaygroundException($"it has {length:N0} bytes; an image of a card has at most {ModelImages.MostBytes:N0}");
                var bytes = File.ReadAllBytes(path);
                if (!bytes.AsSpan().StartsWith(s_png)) throw new PlaygroundException("it is not a PNG file");
                _ = PictureFile.Decode(bytes);
            }
            catch (PlaygroundException e)
            {
                File.Delete(path);
                leftOut.Add($"{Path.GetFileName(path)}: {e.Message}");
            }
        }
    }
}
