using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>What goes over the wire: compressed, and what does not change kept by the browser.</summary>
[Collection(Servers.Plain)]
public sealed partial class TransferTests : IDisposable
{
    private readonly HttpClient _http;

    public TransferTests(ServerProcess server)
    {
        _http = new HttpClient { BaseAddress = server.Address };
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Scripts_and_styles_come_compressed_and_are_kept_under_names_that_change_with_their_content()
    {
        using var plain = new HttpClient { BaseAddress = _http.BaseAddress };
        var page = await plain.GetStringAsync("/play", Ct);
        var linked = Linked().Matches(page).Select(m => m.Groups[1].Value);
        var mapped = Mapped().Matches(page).Select(m => m.Groups[1].Value);
        var own = linked.Concat(mapped).Distinct().ToList();
        Assert.Contains(own, a => a.Contains("blazor.web", StringComparison.Ordinal));
        Assert.Contains(own, a => a.Contains("js/play", StringComparison.Ordinal));
        Assert.Contains(own, a => a.EndsWith(".css", StringComparison.Ordinal));
        foreach (var address in own)
        {
            using var response = await _http.GetAsync(address, Ct);
            Assert.True(response.IsSuccessStatusCode, $"{address}: {response.StatusCode}");
            Assert.Equal(["br"], response.Content.Headers.ContentEncoding);
            Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl?.MaxAge);
            Assert.Contains(response.Headers.CacheControl!.Extensions, e => e.Name == "immutable");
            Assert.NotNull(response.Headers.ETag);
            Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(address, response.Headers.ETag));
            Assert.InRange((await response.Content.ReadAsByteArrayAsync(Ct)).Length, 1,
                (await plain.GetByteArrayAsync(address, Ct)).Length - 1);
        }
    }

    [Theory]
    [InlineData("/play")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/v1/models")]
    [InlineData("/api/v1/jobs/none")]
    public async Task Pages_and_answers_come_compressed(string address)
    {
        using var response = await _http.GetAsync(address, Ct);
        Assert.Equal(["br"], response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
    }

    private async Task<HttpStatusCode> AskAgainAsync(string address, EntityTagHeaderValue etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { etag } } };
        using var response = await _http.SendAsync(request, Ct);
        return response.StatusCode;
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+\\.(?:js|css)[^\"]*)\"")]
    private static partial Regex Linked();

    [GeneratedRegex(": \"(\\./_content/Playground.Client/[^\"]+\\.js)\"")]
    private static partial Regex Mapped();
}
