using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core.Tests;
using Playground.Server.Gallery;

namespace Playground.Server.Tests.Gallery;

/// <summary>What the tests ask of a gallery.</summary>
internal static class GalleryCalls
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Samples, and waits until the run has succeeded.</summary>
    public static async Task<string> RunAsync(this ServerProcess server, HttpClient http, string body)
    {
        var id = await http.StartAsync(body);
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        Assert.Equal("succeeded", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        return id;
    }

    /// <summary>The ids of images of a run in the gallery: all, or those picked.</summary>
    public static async Task<string[]> SaveAsync(this HttpClient http, string run, params int[] images)
    {
        using var response = await http.PostAsJsonAsync("/api/v1/gallery/images", new { run, images }, Ct);
        response.EnsureSuccessStatusCode();
        return [.. (await response.ReadAsync())["ids"]!.AsArray().Select(i => (string)i!)];
    }

    public static async Task<JsonNode> GetAsJsonAsync(this HttpClient http, string path)
        => JsonNode.Parse(await http.GetStringAsync(path, Ct))!;

    /// <summary>The ids of the images that match.</summary>
    public static async Task<string[]> ListAsync(this HttpClient http, string query)
        => [.. (await http.GetAsJsonAsync($"/api/v1/gallery/images?{query}"))["images"]!.AsArray().Select(i => (string)i!["id"]!)];

    public static async Task<int> ChangeAsync(this HttpClient http, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/gallery/{path}") { Content = JsonContent.Create(body) };
        using var response = await http.SendAsync(request, Ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        return (int)(await response.ReadAsync())["count"]!;
    }

    public static async Task<string> AddBoardAsync(this HttpClient http, string name)
    {
        using var response = await http.PostAsJsonAsync("/api/v1/gallery/boards", new { name }, Ct);
        response.EnsureSuccessStatusCode();
        return (string)(await response.ReadAsync())["id"]!;
    }

    /// <summary>An image of somebody else.</summary>
    public static async Task<string> AddForeignAsync(this ServerProcess server)
    {
        var id = Guid.NewGuid().ToString("N");
        await server.ChangeRowsAsync((db, ct) =>
        {
            db.Add(RowOf(id, "stranger", DateTimeOffset.UtcNow));
            db.Add(new GalleryRecipeRow { ImageId = id, Request = "{}", Parameters = "" });
            return db.SaveChangesAsync(ct);
        });
        return id;
    }

    public static GalleryImageRow RowOf(string id, string owner, DateTimeOffset saved, string model = "tiny", string? prompt = null)
        => new()
        {
            Id = id,
            Owner = owner,
            Hash = new string('0', 64),
            Bytes = 100,
            Width = 8,
            Height = 8,
            JobId = Guid.NewGuid().ToString("N"),
            Number = 0,
            Model = model,
            ModelHash = "",
            Sampler = "ddim",
            Seed = 1,
            Prompt = prompt,
            SearchText = (prompt ?? "").ToLowerInvariant(),
            Saved = saved,
        };
}
