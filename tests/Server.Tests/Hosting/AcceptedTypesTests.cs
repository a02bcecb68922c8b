using System.Net;
using System.Net.Http.Headers;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Hosting;

/// <summary>What a body of a kind that an address does not take is answered with.</summary>
[Collection(Servers.Plain)]
public sealed class AcceptedTypesTests(ServerProcess server)
{
    [Theory]
    [InlineData("PUT", "/api/v1/loras/style", "application/x-www-form-urlencoded",
        "Content-Type is 'application/x-www-form-urlencoded'; it must be application/octet-stream.")]
    [InlineData("POST", "/api/v1/samples", "text/plain", "Content-Type is 'text/plain'; it must be application/json.")]
    [InlineData("POST", "/api/v1/samples", null, "Content-Type is missing; it must be application/json.")]
    [InlineData("POST", "/api/v1/models", "text/plain",
        "it must be application/zip, application/octet-stream, multipart/form-data or application/json.")]
    [InlineData("POST", "/api/v1/samples", "application/json; charset=bogus",
        "Content-Type is 'application/json; charset=bogus'; its charset is not known. Send UTF-8.")]
    public async Task It_is_told_what_came_and_what_is_taken(string method, string path, string? type, string sentence)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.EndsWith(sentence, (string?)(await response.ReadAsync())["detail"], StringComparison.Ordinal);
    }
}
