using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Server.Hosting;

namespace Playground.Server.Storage;

/// <summary>Files named by the SHA-256 of their content, written whole or not at all.</summary>
public sealed class BlobStore(IOptions<PlaygroundOptions> options, TimeProvider clock, ILogger<BlobStore> log)
{
    private const int MostHolders = 1024;
    private readonly string _folder = Path.Combine(options.Value.Data, "blobs");
    private readonly SemaphoreSlim _holders = new(MostHolders, MostHolders), _deleting = new(1, 1);

    /// <summary>
    /// Nothing is deleted until the result is disposed. To be held from before a file is saved until it is referred to: another row may be
    /// letting go of the same content.
    /// </summary>
    public async Task<IDisposable> HoldAsync(CancellationToken ct)
    {
        await _holders.WaitAsync(ct);
        return new Hold(() => _holders.Release());
    }

    /// <summary>Waits until nobody holds the store; to be held while files are deleted.</summary>
    public async Task<IDisposable> HoldAloneAsync(CancellationToken ct)
    {
        await _deleting.WaitAsync(ct);
        var taken = 0;
        try
        {
            for (; taken < MostHolders; taken++) await _holders.WaitAsync(ct);
            return new Hold(Release);
        }
        catch
        {
            Release();
            throw;
        }

        void Release()
        {
            if (taken > 0) _holders.Release(taken);
            _deleting.Release();
        }
    }

    /// <summary>Deletes a file; where it is not there, nothing happens.</summary>
    public void Delete(string hash)
    {
        var path = PathOf(hash);
        if (File.Exists(path)) File.Delete(path);
    }

    /// <summary>
    /// Keeps <paramref name="content"/>; its bytes are on the disk, and not only in its cache, before it has its name. Jobs wait while the
    /// disk is full.
    /// </summary>
    /// <returns>Its SHA-256 in lower-case hexadecimal digits.</returns>
    public async Task<string> SaveAsync(byte[] content, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        var path = PathOf(hash);
        var patience = StoragePatience.Current;
        for (var attempt = 0; !File.Exists(path); attempt++)
        {
            try
            {
                await WriteAsync(path, content, ct);
                if (attempt > 0) patience!.GoOn();
            }
            catch (IOException e) when (StorageFailures.Of(e) is { } failure)
            {
                if (attempt == 0)
                    log.LogError("A file of {Bytes} bytes cannot be kept: {Reason} Make room on the disk of {Folder}, and let the server "
                        + "write to it.", content.Length, Database.ReasonOf(failure), _folder);
                if (patience is null || !await patience.WaitAsync(failure, attempt, clock, ct)) throw failure;
            }
        }
        return hash;
    }

    public string PathOf(string hash) => Path.GetFullPath(Path.Combine(_folder, hash[..2], hash));

    private sealed class Hold(Action release) : IDisposable
    {
        private Action? _release = release;

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0,
                FileOptions.Asynchronous))
            {
                await file.WriteAsync(content, ct);
                file.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
