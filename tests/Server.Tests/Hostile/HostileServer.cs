using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests.Hostile;

/// <summary>A server that has one of everything, and what is asked of it all at once.</summary>
public sealed class HostileServer : ServerProcess
{
    private const int AtOnce = 8;
    private int _asked;

    public HttpClient Http { get; private set; } = new();

    public string Dataset { get; private set; } = "";

    public string Job { get; private set; } = "";

    public string Picture { get; private set; } = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // To be renamed to whatever is a name.
        foreach (var file in Directory.GetFiles(Path.Combine(Models, "tiny"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Models, "spare", Path.GetRelativePath(Path.Combine(Models, "tiny"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Http = new HttpClient { BaseAddress = Address };
        var upload = await new TusClient(Http).UploadAsync(TestPicture.Png(1, 8, 8, channels: 1), "1.png");
        using var made = await Http.PostAsJsonAsync("/api/v1/datasets", new { name = "one", uploads = new[] { upload } }, Ct);
        Dataset = (string)(await made.ReadAsync())["id"]!;
        while ((string)(await Http.GetFromJsonAsync<JsonNode>($"/api/v1/datasets/{Dataset}", Ct))!["status"]! != "ready")
            await Task.Delay(20, Ct);
        using var picture = await Http.PostAsync("/api/v1/pictures", new ByteArrayContent(TestPicture.Png(2, 8, 8)), Ct);
        Picture = (string)(await picture.ReadAsync())["id"]!;
        // The model takes gray images.
        using var edited = await Http.PatchAsJsonAsync($"/api/v1/datasets/{Dataset}", new { channels = 1 }, Ct);
        await edited.ReadAsync();
        Job = await Http.StartAsync("""{"model":"tiny","steps":1,"count":1}""");
        while ((string)(await Http.GetFromJsonAsync<JsonNode>($"/api/v1/jobs/{Job}", Ct))!["status"]! != "succeeded")
            await Task.Delay(20, Ct);
    }

    /// <summary>A request that is as it should be is taken on.</summary>
    public async Task AcceptsAsync(string path, string body)
    {
        using var response = await Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        await CancelAsync(text, Ct);
    }

    /// <summary>Sends every request, and gives those whose answers are the server's own fault or tell of its folders.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(IEnumerable<(HttpMethod Method, string Path, string? Body)> requests)
    {
        var faults = new List<string>();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Ct },
            async (asked, ct) =>
            {
                Interlocked.Increment(ref _asked);
                using var request = new HttpRequestMessage(asked.Method, asked.Path);
                if (asked.Body is not null) request.Content = new StringContent(asked.Body, Encoding.UTF8, "application/json");
                using var response = await Http.SendAsync(request, ct);
                var text = await response.Content.ReadAsStringAsync(ct);
                if (response.StatusCode == HttpStatusCode.InternalServerError || text.Contains(Data, StringComparison.Ordinal)
                    || text.Contains(Models, StringComparison.Ordinal))
                {
                    lock (faults) faults.Add($"{asked.Method} {asked.Path} {Short(asked.Body)} → {(int)response.StatusCode} {Short(text)}");
                }
                if (response.StatusCode == HttpStatusCode.Accepted) await CancelAsync(text, ct);
            });
        return faults;
    }

    /// <summary>Requests that were sent.</summary>
    public int Asked => _asked;

    // What was taken on would hold up what comes after it.
    private async Task CancelAsync(string answer, CancellationToken ct)
    {
        if (answer.Length == 0) return;
        var body = JsonNode.Parse(answer)!;
        if ((string?)(body["job"] is JsonObject job ? job["id"] : body["id"]) is { } id)
            using (await Http.DeleteAsync($"/api/v1/jobs/{id}", ct)) { }
    }

    private static string? Short(string? text) => text?.Length > 300 ? text[..300] + "…" : text;
}
