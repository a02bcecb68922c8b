using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Data.Archives;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>
/// Uploads that can be broken off and gone on with. Bytes go straight to a file whose length is the offset, so what has arrived stays,
/// whatever happens to the connection or the server; memory holds one buffer for each connection.
/// </summary>
internal sealed class UploadFiles(UploadStore store, UploadOwners owners, StorageSpace space, DataFolder folder,
    IOptions<UploadOptions> options,
    TimeProvider clock)
{
    private const int BufferSize = 1 << 17;
    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new();
    private readonly SemaphoreSlim _admission = new(1, 1);
    private readonly string _folder = Path.Combine(folder.Path, "uploads");

    private UploadOptions Limits => options.Value;

    public string PathOf(string id) => Path.Combine(_folder, id);

    /// <summary>Bytes that are there.</summary>
    public long OffsetOf(string id) => new FileInfo(PathOf(id)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Makes room for an upload.</summary>
    /// <exception cref="RequestException">Too large, beyond the quota, or the disk is full; nothing is kept.</exception>
    public async Task<Upload> CreateAsync(string owner, long length, string metadata, CancellationToken ct)
    {
        var upload = NewUpload(owner, length, metadata);
        await _admission.WaitAsync(ct);
        try
        {
            if (upload.DatasetId is not null && !await owners.TakesUploadsAsync(upload.DatasetId, owner, ct)) throw NoDataset(upload);
            var promised = (await store.UnfinishedAsync(ct)).Sum(u => u.Length - OffsetOf(u.Id));
            await space.RequireAsync(owner, length, promised, ct);
            Directory.CreateDirectory(_folder);
            await File.Create(PathOf(upload.Id)).DisposeAsync();
            await InsertAsync(upload, ct);
        }
        finally
        {
            _admission.Release();
        }
        return length == 0 ? await CompleteAsync(upload, new UploadSession(), ct) : upload;
    }

    private Upload NewUpload(string owner, long length, string metadata)
    {
        if (length < 0)
            throw new RequestException(StatusCodes.Status400BadRequest, $"Upload-Length is {length}; it must be 0 to {Limits.MaxBytes}.");
        if (length > Limits.MaxBytes)
            throw new RequestException(StatusCodes.Status413PayloadTooLarge,
                $"The file has {StorageSpace.Size(length)}; one upload takes at most {StorageSpace.Size(Limits.MaxBytes)}. Split it into "
                    + "several data sets.");
        var values = UploadMetadata.Parse(metadata);
        var (name, problem) = EntryPath.Clean(values.GetValueOrDefault("relativePath") is { Length: > 0 } path
            ? path
            : values.GetValueOrDefault("filename") ?? "upload");
        if (name is null) throw new RequestException(StatusCodes.Status400BadRequest, $"The file cannot be taken: {problem}.");
        var now = clock.GetUtcNow();
        return new Upload
        {
            Id = Guid.NewGuid().ToString("N"),
            Owner = owner,
            Name = name,
            Length = length,
            Metadata = metadata,
            DatasetId = values.GetValueOrDefault("dataset"),
            Created = now,
            Expires = now + Limits.Expiry
        };
    }

    /// <summary>Takes what a connection sends, until it ends or breaks.</summary>
    /// <param name="upload">Where it belongs.</param>
    /// <param name="offset">Where the sender takes it that the file ends.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="bodyLength">How many it says; null when it does not.</param>
    /// <param name="checksum">Of these bytes; null when none was given. A part that is broken off or differs is dropped then.</param>
    /// <param name="ct">Ends when the connection does.</param>
    /// <returns>The upload, complete or not.</returns>
    /// <exception cref="RequestException">Another connection writes (423), the offset differs (409), too many bytes (413), the checksum
    /// differs (460), the disk is full (507).</exception>
    public async Task<Upload> AppendAsync(Upload upload, long offset, Stream body, long? bodyLength, UploadChecksum? checksum,
        CancellationToken ct)
    {
        var session = _sessions.GetOrAdd(upload.Id, _ => new UploadSession());
        if (!session.TryEnter()) throw new RequestException(StatusCodes.Status423Locked,
            "Another connection is writing to this upload. Ask for its offset again in a few seconds.");
        try
        {
            return await ReceiveAsync(upload, session, offset, body, bodyLength, checksum, ct);
        }
        finally
        {
            session.Leave();
        }
    }

    private async Task<Upload> ReceiveAsync(Upload upload, UploadSession session, long offset, Stream body, long? bodyLength,
        UploadChecksum? checksum, CancellationToken ct)
    {
        if (upload.IsComplete)
            throw new RequestException(StatusCodes.Status409Conflict, "This upload is complete and cannot be changed. Begin another.");
        await using var file = new FileStream(PathOf(upload.Id), FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0,
            FileOptions.Asynchronous);
        if (file.Length != offset) throw new RequestException(StatusCodes.Status409Conflict,
            $"Upload-Offset is {offset}; the upload stands at {file.Length}. Ask for its offset with HEAD and go on from there.");
        if (bodyLength > upload.Length - offset) throw TooMuch(upload);
        if (session.Hashed != offset) session.Reset();
        var isHashed = session.Hashed == offset;
        file.Position = offset;
        try
        {
            await CopyAsync(upload, body, file, isHashed ? session : null, checksum, ct);
        }
        catch (Exception) when (checksum is not null)
        {
            Drop(file, offset, session);
            throw;
        }
        finally
        {
            file.Flush(flushToDisk: true);
            await store.ProlongAsync(upload.Id, clock.GetUtcNow() + Limits.Expiry, null, CancellationToken.None);
        }
        if (checksum?.Matches() == false)
        {
            Drop(file, offset, session);
            throw new RequestException(UploadChecksum.Mismatch,
                "The part's checksum differs from what arrived; the part was dropped. Send it again.");
        }
        return file.Length < upload.Length ? upload : await CompleteAsync(upload, session, CancellationToken.None);
    }

    /// <summary>Whether the upload has not expired.</summary>
    public bool IsOpen(Upload upload) => upload.Expires > clock.GetUtcNow();

    /// <summary>Completes an upload whose last byte came right before the server ended.</summary>
    /// <returns>The upload, complete if all of it is there and nobody writes to it.</returns>
    public async Task<Upload> SettleAsync(Upload upload, CancellationToken ct)
    {
        if (upload.IsComplete || OffsetOf(upload.Id) < upload.Length) return upload;
        var session = _sessions.GetOrAdd(upload.Id, _ => new UploadSession());
        if (!session.TryEnter()) return upload;
        try
        {
            return await CompleteAsync(upload, session, ct);
        }
        finally
        {
            session.Leave();
        }
    }

    /// <summary>Removes an upload and its bytes.</summary>
    /// <exception cref="RequestException">A connection is writing to it.</exception>
    public async Task DeleteAsync(string id, CancellationToken ct)
    {
        var session = _sessions.GetOrAdd(id, _ => new UploadSession());
        if (!session.TryEnter())
            throw new RequestException(StatusCodes.Status423Locked, "A connection is writing to this upload. Break it off first.");
        _sessions.TryRemove(id, out _);
        await store.DeleteAsync(id, ct);
        File.Delete(PathOf(id));
        session.Leave();
    }

    /// <summary>Removes what has expired, and files that no row knows.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        foreach (var id in await store.ExpiredAsync(clock.GetUtcNow(), await owners.ReadingAsync(ct), ct))
        {
            try
            {
                await DeleteAsync(id, ct);
            }
            catch (RequestException)
            {
                // Bytes are coming in just now, which prolongs it.
            }
        }
        if (!Directory.Exists(_folder)) return;
        foreach (var path in Directory.EnumerateFiles(_folder))
            if (File.GetCreationTimeUtc(path) < clock.GetUtcNow().UtcDateTime - Limits.Expiry
                && !await store.ExistsAsync(Path.GetFileName(path), ct)) File.Delete(path);
    }

    private async Task InsertAsync(Upload upload, CancellationToken ct)
    {
        try
        {
            if (!await store.InsertAsync(upload, ct)) throw NoDataset(upload);
        }
        catch
        {
            File.Delete(PathOf(upload.Id));
            throw;
        }
    }

    private static async Task CopyAsync(Upload upload, Stream body, FileStream file, UploadSession? hash, UploadChecksum? checksum,
        CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await body.ReadAsync(buffer.AsMemory(0, BufferSize), ct) is > 0 and var count)
            {
                if (file.Position + count > upload.Length) throw TooMuch(upload);
                await WriteAsync(file, buffer.AsMemory(0, count));
                hash?.Add(buffer.AsSpan(0, count));
                checksum?.Add(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Not to be broken off: the offset is the file's length, and so the buffer goes in whole or the disk is full.
    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes)
    {
        var start = file.Position;
        try
        {
            await file.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException e)
        {
            file.SetLength(start);
            throw new RequestException(StatusCodes.Status507InsufficientStorage,
                $"{StorageFailures.WordsFor(e)} What has arrived is kept.");
        }
    }

    private static void Drop(FileStream file, long offset, UploadSession session)
    {
        file.SetLength(offset);
        session.Reset();
    }

    private async Task<Upload> CompleteAsync(Upload upload, UploadSession session, CancellationToken ct)
    {
        var hash = session.Hashed == upload.Length ? session.Hash() : await HashFileAsync(PathOf(upload.Id), ct);
        _sessions.TryRemove(upload.Id, out _);
        await store.ProlongAsync(upload.Id, clock.GetUtcNow() + Limits.Expiry, hash, ct);
        upload.Sha256 = hash;
        return upload;
    }

    private static async Task<string> HashFileAsync(string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    private static RequestException NoDataset(Upload upload)
        => new(StatusCodes.Status409Conflict, $"There is no data set '{upload.DatasetId}' that waits for uploads. Make a new one.");

    private static RequestException TooMuch(Upload upload) => new(StatusCodes.Status413PayloadTooLarge,
        $"More bytes were sent than the {upload.Length:N0} that the upload was begun with. Begin another.");
}
