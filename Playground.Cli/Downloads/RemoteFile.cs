using System.Net;
using System.Net.Http.Headers;
using Playground.Core;

namespace Playground.Cli.Downloads;

/// <summary>An answered request for a file, with what the server says of the whole file.</summary>
internal sealed class RemoteFile : IDisposable
{
    private const int MaxRedirects = 10;
    private readonly HttpResponseMessage _response;

    private RemoteFile(HttpResponseMessage response, string? linkedHash, long? linkedSize)
        => (_response, LinkedHash, LinkedSize) = (response, linkedHash, linkedSize);

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>The first byte of the body within the file.</summary>
    public long Start => Status == HttpStatusCode.PartialContent ? _response.Content.Headers.ContentRange?.From ?? 0 : 0;

    /// <summary>Bytes of the whole file; null where the server does not tell.</summary>
    public long? Size => LinkedSize ?? (Status == HttpStatusCode.PartialContent
        ? _response.Content.Headers.ContentRange?.Length
        : _response.Content.Headers.ContentLength);

    /// <summary>
    /// What a later request can name this very version of the file by: a strong entity tag, or the date of the last change.
    /// </summary>
    public string? Validator => _response.Headers.ETag is { IsWeak: false } tag
        ? tag.Tag
        : _response.Content.Headers.LastModified?.ToString("R");

    /// <summary>SHA-256 (64 digits) or git's blob id (40) that Hugging Face's hub sends with its redirect, or as the entity tag.</summary>
    public string? LinkedHash { get; }

    private long? LinkedSize { get; }

    /// <summary>Asks for a file, from some byte on if it is still the version that is named.</summary>
    /// <exception cref="HttpRequestException">No connection, or the server refuses.</exception>
    /// <exception cref="PlaygroundException">A redirect to an address that is not safe.</exception>
    public static async Task<RemoteFile> OpenAsync(HttpClient http, Uri address, long from, string? version, CancellationToken ct)
    {
        string? hash = null;
        long? size = null;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            CheckSafe(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (from > 0 && version is not null)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
                request.Headers.TryAddWithoutValidation("If-Range", version);
            }
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            hash ??= Header(response, "X-Linked-Etag")?.Trim('"');
            size ??= long.TryParse(Header(response, "X-Linked-Size"), out var told) ? told : null;
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } next)
            {
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                    return new RemoteFile(response, hash ?? HubTag(response), size);
                using (response) throw new HttpRequestException(HttpRequestError.Unknown,
                    $"{address.Host} answers {(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
            }
            response.Dispose();
            address = new Uri(address, next);
        }
        throw new PlaygroundException($"The server redirects more than {MaxRedirects} times, at last to {address}.");
    }

    public Task<Stream> ReadAsync(CancellationToken ct) => _response.Content.ReadAsStreamAsync(ct);

    public void Dispose() => _response.Dispose();

    // Small files lie in git itself; the hub gives their blob id as the tag, and says by another header that it is the hub.
    private static string? HubTag(HttpResponseMessage response)
        => Header(response, "X-Repo-Commit") is not null && response.Headers.ETag?.Tag.Trim('"') is { Length: 40 or 64 } tag ? tag : null;

    private static void CheckSafe(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            throw new PlaygroundException($"{address} is not fetched: only https is.");
    }

    private static string? Header(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
