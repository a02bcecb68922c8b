using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data.Archives;
using Playground.Server.Datasets.Inspection;
using Playground.Server.Hosting;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets.Imports;

/// <summary>
/// Fetches a file from an address that a person gave. Each connection is checked on the address that it really goes to, after the name was
/// resolved, so that neither a redirect nor a name that changes its address leads into a private network. No proxy is used, for the same
/// reason.
/// </summary>
internal sealed class AddressDownload : IDisposable
{
    private const int BufferSize = 1 << 17;
    private const long CheckEvery = 64L << 20;
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(60);

    private readonly DatasetOptions _options;
    private readonly long _maxBytes;
    private readonly StorageSpace _space;
    private readonly IReadOnlyList<IPNetwork> _allowed;
    private readonly HttpClient _http;

    public AddressDownload(IOptions<DatasetOptions> options, IOptions<UploadOptions> uploads, StorageSpace space)
    {
        (_options, _maxBytes, _space) = (options.Value, uploads.Value.MaxBytes, space);
        _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Playground/0.1");
    }

    /// <summary>The address, if it is one that can be imported from.</summary>
    /// <exception cref="RequestException">Not http or https, or with a name and password in it.</exception>
    public static Uri Parse(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var uri) && ProblemOf(uri) is null
            ? uri
            : throw DatasetRules.Invalid(
                $"'{address}' cannot be imported from: give a whole address that begins with http:// or https:// and holds no password.");

    /// <summary>Fetches the file.</summary>
    /// <param name="owner">Whose quota counts.</param>
    /// <param name="address">Where from.</param>
    /// <param name="path">A new file.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="PlaygroundException">It cannot be had: refused, too large, too slow, or the other server says no.</exception>
    public async Task<InspectedFile> FetchAsync(string owner, Uri address, string path, Action<JobStage> progress,
        CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(_options.ImportTime);
        try
        {
            using var response = await FollowAsync(address, time.Token);
            return await SaveAsync(owner, response, path, progress, time);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw PlaygroundException.Of(JobError.FetchSlow, $"'{address.Host}' did not send the file in time: an import may "
                + $"take {_options.ImportTime.TotalMinutes:0} minutes, and no pause of more "
                + $"than {s_stall.TotalSeconds:0} seconds. Download it yourself and upload it.");
        }
        catch (HttpRequestException e)
        {
            throw Refusal(e) ?? PlaygroundException.Of(JobError.FetchUnreachable,
                $"'{address.Host}' cannot be reached: {e.Message}. Check the address.", e);
        }
        catch (IOException e) when (StorageFailures.Of(e) is { } failure)
        {
            throw new PlaygroundException(failure.Message, e);
        }
        catch (IOException e)
        {
            throw PlaygroundException.Of(JobError.FetchCutOff, $"The file could not be fetched to its end: {e.Message}. Try again.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(Uri address, CancellationToken ct)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                    throw PlaygroundException.Of(JobError.FetchRefused,
                        $"'{address.Host}' answered {(int)response.StatusCode} {response.ReasonPhrase}. Check that the address needs no "
                            + $"log-in and leads to the file itself.");
                if (redirects == _options.MaxRedirects)
                    throw PlaygroundException.Of(JobError.FetchRedirects,
                        $"The address redirects more than {_options.MaxRedirects} times. Give the one that it leads to.");
                address = new Uri(address, location);
                if (ProblemOf(address) is { } problem)
                    throw new PlaygroundException($"The address redirects to '{address}', which {problem}.");
            }
        }
    }

    private async Task<InspectedFile> SaveAsync(string owner, HttpResponseMessage response, string path, Action<JobStage> progress,
        CancellationTokenSource time)
    {
        var (limit, length) = (_maxBytes, response.Content.Headers.ContentLength);
        if (length > limit) throw TooLarge(limit);
        await _space.RequireAsync(owner, length ?? 0, 0, time.Token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await response.Content.ReadAsStreamAsync(time.Token);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        var buffer = new byte[BufferSize];
        var (total, checkedAt) = (0L, 0L);
        while (await ReadAsync(body, buffer, time) is > 0 and var count)
        {
            total += count;
            if (total > limit) throw TooLarge(limit);
            if (total - checkedAt >= CheckEvery)
            {
                await _space.RequireAsync(owner, total, 0, time.Token);
                checkedAt = total;
            }
            await file.WriteAsync(buffer.AsMemory(0, count), time.Token);
            hash.AppendData(buffer, 0, count);
            progress(new JobStage("fetching", total, length, length is > 0 ? (double)total / length : null));
        }
        if (length is not null && total != length) throw new IOException($"the connection ended after {total:N0} of {length:N0} bytes");
        var name = Uri.UnescapeDataString(response.RequestMessage?.RequestUri?.Segments[^1].Trim('/') ?? "");
        return new InspectedFile(path, EntryPath.Clean(name).Path ?? "download", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationTokenSource time)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(time.Token);
        stall.CancelAfter(s_stall);
        return await body.ReadAsync(buffer, stall.Token);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint;
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host.Host, ct);
        IPAddress[] good = [.. addresses.Where(a => PublicAddress.IsAllowed(a, _allowed))];
        if (good.Length == 0)
            throw PlaygroundException.Of(JobError.FetchPrivate,
                $"'{host.Host}' is not on the public internet, and imports reach nothing else. Upload the file "
                + $"instead, or ask whoever runs the server to allow that network.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(good, host.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The handler wraps what the connection's check throws.
    private static PlaygroundException? Refusal(Exception? e)
        => e is null ? null : e as PlaygroundException ?? Refusal(e.InnerException);

    private static string? ProblemOf(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) return "is neither http nor https";
        return address.UserInfo.Length > 0 ? "holds a password" : null;
    }

    private static PlaygroundException TooLarge(long limit)
        => PlaygroundException.Of(JobError.FetchTooLarge,
            $"The file is larger than {StorageSpace.Size(limit)}, which is the limit of an import. Split it into several data sets.");
}
