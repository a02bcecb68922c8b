using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Models;

/// <summary>A folder for what is under way; whatever is in it at the end is deleted.</summary>
internal sealed class Staging(string folder, ILogger log) : IDisposable
{
    private const int BufferSize = 1 << 17;
    private int _files;
    private bool _isLeft;

    public string Folder => folder;

    /// <summary>Its name among those of its kind.</summary>
    public string Name => Path.GetFileName(folder);

    /// <summary>Where a file is that <see cref="ReceiveAsync"/> wrote.</summary>
    public string PathOf(string stored) => Path.Combine(folder, Path.GetFileName(stored));

    /// <summary>Leaves what is in it to whoever opens it again.</summary>
    public void Leave() => _isLeft = true;

    /// <summary>Writes a stream to a file of a name that the server chooses, and gives the name.</summary>
    /// <param name="from">What is to be written.</param>
    /// <param name="budget">Bytes that may still come; what came is taken from it.</param>
    /// <param name="ct">Ends it; the file goes with the folder.</param>
    /// <exception cref="RequestException">More came, or the disk is full.</exception>
    public async Task<string> ReceiveAsync(Stream from, ByteBudget budget, CancellationToken ct)
    {
        var name = $"{_files++}.part";
        var buffer = new byte[BufferSize];
        await using var file = new FileStream(PathOf(name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0,
            useAsync: true);
        while (await from.ReadAsync(buffer, ct) is var count and > 0)
        {
            budget.Spend(count);
            await WriteAsync(file, buffer.AsMemory(0, count), ct);
        }
        file.Flush(flushToDisk: true);
        return name;
    }

    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await file.WriteAsync(bytes, ct);
        }
        catch (IOException e)
        {
            throw Full(e);
        }
    }

    /// <summary>What is said where writing fails.</summary>
    public static RequestException Full(IOException e)
        => ModelRefusal.Storage($"The model cannot be written, and nothing of it was kept. {StorageFailures.WordsFor(e)}", e);

    public void Dispose()
    {
        if (!_isLeft && Directory.Exists(folder)) Delete(folder, log);
    }

    public static void Delete(string folder, ILogger log)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{Folder} cannot be deleted: {Reason}", folder, e.Message);
        }
    }
}

/// <summary>Bytes that may still come.</summary>
internal sealed class ByteBudget(long limit)
{
    private long _spent;

    /// <exception cref="RequestException">It is used up.</exception>
    public void Spend(long bytes)
    {
        if ((_spent += bytes) > limit) throw TooLarge(limit);
    }

    public static RequestException TooLarge(long limit)
        => ModelRefusal.TooLarge($"The model has more than {limit:N0} bytes, which is the limit. Whoever runs the server can raise it "
                + "(Playground:MaxModelBytes).");
}
