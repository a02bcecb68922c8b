using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Data;
using Playground.Server.Datasets;
using Playground.Server.Hosting;

namespace Playground.Server.Trainings;

/// <summary>
/// What whoever runs the server has put into a folder for everyone: IDX files <c>NAME-images-idx3-ubyte[.gz]</c>, and folders of
/// pictures. Ids are <c>folder:NAME</c>; there is one version of each.
/// </summary>
internal sealed class FolderTrainingData(IOptions<PlaygroundOptions> options) : ITrainingData
{
    private const string Prefix = "folder:", Images = "-images-idx3-ubyte";
    private const int PictureSize = 32, PictureChannels = 3;
    private readonly ConcurrentDictionary<(string Name, DateTime Written), TrainingDataset> _seen = new();

    public async Task<IReadOnlyList<TrainingDataset>> ListAsync(string owner, CancellationToken ct)
    {
        var root = options.Value.TrainingData;
        if (!Directory.Exists(root)) return [];
        var found = new List<TrainingDataset>();
        foreach (var name in NamesIn(root))
        {
            var key = (name, Directory.GetLastWriteTimeUtc(root));
            if (!_seen.TryGetValue(key, out var seen))
                seen = _seen[key] = await Task.Run(() => Describe(name, Load(root, name, null, null, ct)), ct);
            found.Add(seen);
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
            if (size is { } side && (pictures.Height != side || pictures.Width != side)) pictures = new PaddedDataset(pictures, side);
            return new TrainingData(pictures, dataset, 1, name, HashOf(pictures));
        }, ct);
    }

    private static IEnumerable<string> NamesIn(string root) => Directory.EnumerateFiles(root).Select(f => Path.GetFileName(f))
        .Where(f => f.Contains(Images, StringComparison.Ordinal)).Select(f => f[..f.IndexOf(Images, StringComparison.Ordinal)])
        .Concat(Directory.EnumerateDirectories(root).Select(d => Path.GetFileName(d))).Distinct().Order(StringComparer.Ordinal);

    private static IPictureDataset Load(string root, string name, int? size, int? channels, CancellationToken ct)
    {
        var path = Path.Combine(root, name);
        return IdxDataset.Exists(path) ? IdxDataset.Load(path)
            : ImageFolderDataset.Load(path, size ?? PictureSize, channels ?? PictureChannels, ct);
    }

    private static TrainingDataset Describe(string name, IPictureDataset pictures)
    {
        var classes = (pictures as ImageFolderDataset)?.ClassNames ?? [.. Enumerable.Range(0, pictures.Classes ?? 0).Select(k => $"{k}")];
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
