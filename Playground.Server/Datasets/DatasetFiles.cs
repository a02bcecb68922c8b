using Microsoft.Extensions.Options;
using Playground.Server.Hosting;

namespace Playground.Server.Datasets;

/// <summary>
/// Where data sets lie: pictures as they came in packs, versions ready for training, each named by the SHA-256 of its content.
/// </summary>
internal sealed class DatasetFiles(IOptions<PlaygroundOptions> options)
{
    private readonly SemaphoreSlim _change = new(1, 1);
    private readonly string _folder = Path.GetFullPath(Path.Combine(options.Value.Data, "datasets"));

    public string PackOf(string hash) => Path.Combine(_folder, "packs", hash[..2], hash);

    public string VersionOf(string hash) => Path.Combine(_folder, "versions", hash[..2], $"{hash}.safetensors");

    /// <summary>A path for a file in the making.</summary>
    public string NewWork(string id) => Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName,
        $"{id}.{Guid.NewGuid():N}");

    /// <summary>Removes what a stopped server left in the making.</summary>
    public void ClearWork()
    {
        var work = Path.Combine(_folder, "work");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
    }

    /// <summary>
    /// Waits until nobody else adds or removes files together with their rows: two data sets may share a file. Dispose what comes back.
    /// </summary>
    public async Task<IDisposable> ChangeAsync(CancellationToken ct)
    {
        await _change.WaitAsync(ct);
        return new Change(_change);
    }

    /// <summary>Gives a finished file its place; the same content is there once.</summary>
    public static void Keep(string work, string place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(work, place, overwrite: true);
    }

    private sealed class Change(SemaphoreSlim change) : IDisposable
    {
        public void Dispose() => change.Release();
    }
}
