using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

/// <summary>A server that may import from 127.0.0.2, and from no other private address; and what the tests ask of it.</summary>
public sealed class DatasetServer : ServerProcess
{
    private HttpClient? _http;

    public HttpClient Http => _http ??= new HttpClient { BaseAddress = Address };

    internal TusClient Tus => new(Http);

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Playground__Datasets__AllowedNetworks__0"] = "127.0.0.2/32",
        ["Playground__Uploads__MaxBytes"] = $"{256 << 20}",
        ["Playground__Uploads__Quota"] = $"{1 << 30}",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Ends the server and starts it again, on another port.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        _http = null;
        await StartAsync();
    }

    /// <summary>Uploads files and makes one data set of them.</summary>
    public async Task<JsonNode> MakeAsync(params (string Name, byte[] Bytes)[] files)
    {
        var uploads = new JsonArray();
        foreach (var (name, bytes) in files) uploads.Add(await Tus.UploadAsync(bytes, name));
        return await EndAsync(await CreateAsync(new JsonObject { ["name"] = "test", ["uploads"] = uploads }));
    }

    public async Task<string> CreateAsync(JsonObject request)
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/datasets", request, Ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        return (string)(await response.ReadAsync())["id"]!;
    }

    public async Task<JsonNode> FindAsync(string id) => (await Http.GetFromJsonAsync<JsonNode>($"/api/v1/datasets/{id}", Ct))!;

    /// <summary>Waits until nothing works on the data set any more, and what it was made of is gone.</summary>
    public async Task<JsonNode> EndAsync(string id)
    {
        while (true)
        {
            var found = await FindAsync(id);
            if ((string)found["status"]! != "inspecting" && found["uploads"]!.AsArray().Count == 0
                && found["versions"]!.AsArray().All(v => (string)v!["status"]! != "inspecting")) return found;
            await Task.Delay(50, Ct);
        }
    }

    public async Task<JsonNode> EditAsync(string id, string edit)
    {
        using var response = await Http.PatchAsync($"/api/v1/datasets/{id}",
            new StringContent(edit, System.Text.Encoding.UTF8, "application/json"), Ct);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Ct));
        return await EndAsync(id);
    }

    public async Task<long> UsedAsync() => (long)(await Http.GetFromJsonAsync<JsonNode>("/api/v1/datasets/storage", Ct))!["used"]!;

    public string[] Files(string folder) => Directory.Exists(Path.Combine(Data, folder))
        ? Directory.GetFiles(Path.Combine(Data, folder), "*", SearchOption.AllDirectories)
        : [];
}
