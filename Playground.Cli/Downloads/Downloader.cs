using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Playground.Core;

namespace Playground.Cli.Downloads;

/// <summary>What became of a file.</summary>
/// <param name="Fetched">False where it was there already.</param>
/// <param name="Check">What it was checked against.</param>
internal sealed record DownloadResult(bool Fetched, string Check);

/// <summary>There is no connection to a server at all.</summary>
internal sealed class NoWayOutException(string host, string reason, Exception inner)
    : PlaygroundException($"This machine has no way to {host} ({reason})", inner);

/// <summary>
/// Fetches a file: into <c>NAME.part</c>, which a broken transfer leaves and the next one continues, and renamed when it is whole
/// and its size and hash are right.
/// </summary>
/// <param name="http">Without redirects of its own and without a timeout.</param>
/// <param name="pause">After the first break; it doubles with each further one.</param>
internal sealed class Downloader(HttpClient http, TimeSpan pause)
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(60);

    /// <param name="address">Of the folder that holds the file.</param>
    /// <param name="file">What is expected of it.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="progress">Told the bytes that are there and the bytes of the whole, where that is known.</param>
    /// <param name="ct">Ends the transfer; what came is kept.</param>
    /// <exception cref="NoWayOutException">No way to the server.</exception>
    /// <exception cref="PlaygroundException">A wrong file, or a transfer that keeps breaking off.</exception>
    public async Task<DownloadResult> FetchAsync(Uri address, PublishedFile file, string folder, Action<long, long?> progress,
        CancellationToken ct)
    {
        var source = new Uri(address, file.Path);
        var target = Path.GetFullPath(Path.Combine(folder, file.Path));
        if (file.Sha256 is { } known && File.Exists(target) && await FileHash.Sha256Async(target, ct) == known)
            return new(false, $"SHA-256 {known}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var part = new PartialFile(target);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await FetchOnceAsync(source, file, part, progress, ct);
            }
            catch (HttpRequestException e) when (NoWayOut(e))
            {
                throw new NoWayOutException(source.Host, Innermost(e), e);
            }
            catch (HttpRequestException e) when (e.StatusCode is not null and < HttpStatusCode.InternalServerError
            and not HttpStatusCode.TooManyRequests)
            {
                throw new PlaygroundException(
                    $"{source} cannot be fetched: {e.Message}. Try --from with a mirror, or fetch {file.Describe(source, target)}.", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                if (attempt == Attempts)
                    throw new PlaygroundException(
                        $"{source} broke off {Attempts} times, at last with: {Innermost(e)}. {part.Length:N0} bytes are kept; run the "
                            + "command again to go on from there.", e);
            }
            await Task.Delay(pause * Math.Pow(2, attempt - 1), ct);
        }
    }

    private async Task<DownloadResult> FetchOnceAsync(Uri source, PublishedFile file, PartialFile part, Action<long, long?> progress,
        CancellationToken ct)
    {
        using var remote = await OpenAsync(source, part, ct);
        if (remote.Start > part.Length) throw new IOException("the server goes on at another place than asked");
        var (size, hash) = (file.Size ?? remote.Size, file.Sha256 ?? remote.LinkedHash);
        if (file.Size is { } due && remote.Size is { } told && told != due)
            throw new PlaygroundException($"{source} has {told:N0} bytes where {due:N0} are due: it is another file.");
        if (hash is not null && File.Exists(part.Target) && await FileHash.MatchesAsync(part.Target, hash, ct))
            return new(false, FileHash.Describe(hash));
        if (remote.Status != HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.Begin(remote.Start, remote.Validator);
            await CopyAsync(remote, part, size, progress, ct);
        }
        if (size is { } whole && part.Length != whole)
        {
            if (part.Length > whole) part.Delete();
            throw new IOException($"{part.Length:N0} of {whole:N0} bytes came");
        }
        if (hash is not null && !await FileHash.MatchesAsync(part.Path, hash, ct))
        {
            part.Delete();
            throw new PlaygroundException(
                $"{source} is not the file that is due: its contents do not have the {FileHash.Describe(hash)}. It was deleted; try again, "
                    + "or another mirror with --from.");
        }
        part.Finish();
        return new(true, hash is not null ? FileHash.Describe(hash)
            : size is not null ? "the size alone: the server gives no hash" : "nothing: the server gives neither size nor hash");
    }

    private static async Task CopyAsync(RemoteFile remote, PartialFile part, long? size, Action<long, long?> progress, CancellationToken ct)
    {
        await using var body = await remote.ReadAsync(ct);
        await using var file = part.Append();
        var buffer = new byte[1 << 16];
        progress(file.Length, size);
        while (await ReadAsync(body, buffer, ct) is > 0 and var count)
        {
            if (file.Length + count > (size ?? long.MaxValue))
                throw new PlaygroundException(
                    $"The server sends more than the {size:N0} bytes that are due; what came was kept as {part.Path}.");
            await file.WriteAsync(buffer.AsMemory(0, count), ct);
            progress(file.Length, size);
        }
    }

    private Task<RemoteFile> OpenAsync(Uri source, PartialFile part, CancellationToken ct)
        => BeforeSilence(token => RemoteFile.OpenAsync(http, source, part.Length, part.Version, token), ct);

    private static Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken ct)
        => BeforeSilence(token => body.ReadAsync(buffer, token).AsTask(), ct);

    private static async Task<T> BeforeSilence<T>(Func<CancellationToken, Task<T>> act, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        silence.CancelAfter(s_silence);
        try
        {
            return await act(silence.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {s_silence.TotalSeconds:0} seconds");
        }
    }

    // No name, no route, no listener, no tunnel through the proxy, no trust in whoever answers.
    private static bool NoWayOut(HttpRequestException e)
        => e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError
            || e.InnerException is SocketException or AuthenticationException;

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.');
    }
}
