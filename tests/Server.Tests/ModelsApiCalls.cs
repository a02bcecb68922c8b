using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Server.Tests;

/// <summary>The calls about models.</summary>
internal static class ModelsApiCalls
{
    private const string Root = "/api/v1/models";

    public static async Task<JsonNode> ModelAsync(this HttpClient http, string name)
        => JsonNode.Parse(await http.GetStringAsync($"{Root}/{name}", TestContext.Current.CancellationToken))!;

    public static async Task<string[]> ModelNamesAsync(this HttpClient http)
        => [.. JsonNode.Parse(await http.GetStringAsync(Root, TestContext.Current.CancellationToken))!.AsArray()
            .Select(m => m!["name"]!.GetValue<string>())];

    public static Task<HttpResponseMessage> ImportAsync(this HttpClient http, byte[] zip, string query = "")
        => http.ImportAsync(new ByteArrayContent(zip) { Headers = { { "Content-Type", "application/zip" } } }, query);

    /// <summary>Imports, and waits until the model is there or refused.</summary>
    public static Task<HttpResponseMessage> ImportAsync(this HttpClient http, HttpContent content, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Root + query) { Content = content };
        request.Headers.Add("Prefer", "wait=300");
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> RenameAsync(this HttpClient http, string name, string newName, string? confirm = null)
        => http.PatchAsync($"{Root}/{name}", JsonContent.Create(new { name = newName, confirm }), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> DeleteModelAsync(this HttpClient http, string name, string query = "")
        => http.DeleteAsync($"{Root}/{name}{query}", TestContext.Current.CancellationToken);

    /// <summary>The status and the sentence that comes with it.</summary>
    public static async Task<(HttpStatusCode Status, string Detail)> RefusalAsync(this Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, (await response.ReadAsync())["detail"]!.GetValue<string>());
    }

    /// <summary>Imports and gives the name that the model got.</summary>
    public static async Task<string> ImportedAsync(this Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.True(response.StatusCode == HttpStatusCode.Created,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.ReadAsync())["model"]!["name"]!.GetValue<string>();
    }
}
