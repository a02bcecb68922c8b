using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Server.Tests;

/// <summary>The calls that the tests make, and waiting for what they start.</summary>
internal static class Api
{
    public static Task<HttpResponseMessage> SampleAsync(this HttpClient http, string body)
        => http.PostAsync("/api/v1/samples", new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

    public static async Task<JsonNode> ReadAsync(this HttpResponseMessage response)
        => (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;

    public static async Task<string> StartAsync(this HttpClient http, string body)
    {
        var response = await http.SampleAsync(body);
        response.EnsureSuccessStatusCode();
        return (await response.ReadAsync())["id"]!.GetValue<string>();
    }
}
