using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Server.Datasets;
using Playground.Server.Hosting;

namespace Playground.Server.Trainings;

/// <summary>
/// What whoever runs the server has put into a folder for everyone: IDX files <c>NAME-images-idx3-ubyte[.gz]</c>, and folders of
/// images; what cannot be used is passed over. Ids are <c>folder:NAME</c>; there is one version of each.
/// </summary>
internal sealed class FolderTrainingData(IOptions<PlaygroundOptions> options, ILogger<FolderTrainingData> log) : ITrainingData
{
    private const string Prefix = "folder:";
    private const int PictureChannels = 3;
    private readonly ConcurrentDictionary<(string Name, DateTime Written), TrainingDataset?> _seen = new();

    public async Task<IReadOnlyList<TrainingDataset>> ListAsync(string owner, CancellationToken ct)
    {
        var root = options.Value.TrainingData;
        if (!Directory.Exists(root)) return [];
        var found = new List<TrainingDataset>();
        foreach (var name in NamesIn(root))
        {
            var key = (name, Directory.GetLastWriteTimeUtc(root));
            if (!_seen.TryGetValue(key, out var seen))
                seen = _seen[key] = await Task.Run(() => TryDescribe(root, name, ct), ct);
            if (seen is not null) found.Add(seen);
        }
        return found;
    }

    public async Task<TrainingDataset?> FindAsync(string owner, string dataset, int? version, int? size, int? channels,
        CancellationToken ct)
    {
        if (version is not (null or 1) || (await ListAsync(owner, ct)).FirstOrDefault(d => d.Id == dataset) is not { } found) return null;
        // IDX files are padded to a larger size; folders are read in any.
        return IdxDataset.Exists(Path.Combine(options.Value.TrainingData, found.Name))
            ? found with { Size = Math.Max(size ?? found.Size, found.Size) }
            : found with { Size = size ?? found.Size, Channels = channels ?? found.Channels };
    }

    public async Task<TrainingData?> OpenAsync(string owner, string dataset, int? version, int? size, int? channels, CancellationToken ct)
    {
        var root = options.Value.TrainingData;
        // Only a name that the folder itself tells becomes part of a path.
        if (version is not (null or 1) || !Directory.Exists(root)
            || NamesIn(root).FirstOrDefault(n => Prefix + n == dataset) is not { } name) return null;
        return await Task.Run(() =>
        {
            var pictures = Load(root, name, size, channels, ct);
            return new TrainingData(pictures, dataset, 1, name, HashOf(pictures));
        }, ct);
    }

    private static IEnumerable<string> NamesIn(string root) => IdxNames.PrefixesIn(root)
        .Concat(Directory.EnumerateDirectories(root).Select(d => Path.GetFileName(d)).Where(d => IdxNames.PrefixOf(d) is null))
        .Where(n => !ImageNames.IsSystem(n)).Distinct().Order(StringComparer.Ordinal);

    private static IPictureDataset Load(string root, string name, int? size, int? channels, CancellationToken ct)
        => ImageDatasets.Open(Path.Combine(root, name), size, channels ?? PictureChannels, ct);

    // What one entry has is no reason to show none of the others.
    private TrainingDataset? TryDescribe(string root, string name, CancellationToken ct)
    {
        try
        {
            return Describe(name, Load(root, name, null, null, ct));
        }
        catch (Exception e) when (e is PlaygroundException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning("'{Name}' in the training data folder is passed over: {Reason}", name, e.Message);
            return null;
        }
    }

    private static TrainingDataset Describe(string name, IPictureDataset pictures)
    {
        var classes = pictures.ClassNames is { Count: > 0 } names
            ? names
            : [.. Enumerable.Range(0, pictures.Classes ?? 0).Select(k => $"{k}")];
        return new TrainingDataset(Prefix + name, 1, name, pictures.Count, pictures.Height, pictures.Channels, classes);
    }

    private static string HashOf(IPictureDataset pictures)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var picture = new byte[pictures.Channels * pictures.Height * pictures.Width];
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures.Read(i, picture);
            hash.AppendData(picture);
            hash.AppendData([(byte)pictures.Label(i)]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
