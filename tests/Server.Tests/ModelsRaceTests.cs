using System.Net;
using System.Text.Json.Nodes;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>A thousand calls that list, rename, import and delete at once: every list is right, and so is what is left.</summary>
[Trait("Category", "long")]
public sealed class ModelsRaceTests(ServerProcess server) : IClassFixture<ServerProcess>
{
    private const int Workers = 5, Rounds = 25;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_is_right_while_models_come_go_and_change_their_names()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var files = ModelZip.FilesOf(Path.Combine(server.Models, "tiny"));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var reading = Enumerable.Range(0, 3).Select(_ => ReadAsync(http, done.Token)).ToList();
        var calls = await Task.WhenAll(Enumerable.Range(0, Workers).Select(i => ChangeAsync(http, files, $"w{i}")));
        await done.CancelAsync();
        var reads = await Task.WhenAll(reading);
        Assert.True(calls.Sum() + reads.Sum() >= 1000, $"{calls.Sum()} changes and {reads.Sum()} reads");
        Assert.Equal(["mnist", "tiny", .. Enumerable.Range(0, Workers).Select(i => $"w{i}-a")], (await http.ModelNamesAsync()).Order());
    }

    // Its own model is there under one of its names in every list that is asked for between two of its changes.
    private static async Task<int> ChangeAsync(HttpClient http, Dictionary<string, byte[]> files, string name)
    {
        var calls = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using (var imported = await http.ImportAsync(ModelZip.Pack(files), $"?name={name}-a"))
                Assert.True(imported.StatusCode == HttpStatusCode.Created, await imported.Content.ReadAsStringAsync(Ct));
            Assert.Contains($"{name}-a", await http.ModelNamesAsync());
            foreach (var (from, to) in new[] { ("a", "b"), ("b", "a"), ("a", "c"), ("c", "a") })
            {
                using var renamed = await http.RenameAsync($"{name}-{from}", $"{name}-{to}");
                Assert.True(renamed.StatusCode == HttpStatusCode.OK, await renamed.Content.ReadAsStringAsync(Ct));
                Assert.Equal([$"{name}-{to}"], (await http.ModelNamesAsync()).Where(n => n.StartsWith(name, StringComparison.Ordinal)));
                calls += 2;
            }
            calls += 3;
            if (round == Rounds - 1) return calls;
            using var deleted = await http.DeleteModelAsync($"{name}-a");
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            Assert.DoesNotContain(await http.ModelNamesAsync(), n => n.StartsWith(name, StringComparison.Ordinal));
        }
        return calls;
    }

    // Those that nobody touches are always there, each once, and nobody's has two names.
    private static async Task<int> ReadAsync(HttpClient http, CancellationToken done)
    {
        var reads = 0;
        while (!done.IsCancellationRequested)
        {
            var list = JsonNode.Parse(await http.GetStringAsync("/api/v1/models", Ct))!.AsArray();
            string[] names = [.. list.Select(m => (string)m!["name"]!)];
            Assert.Contains("mnist", names);
            Assert.Contains("tiny", names);
            Assert.Equal(names.Distinct(), names);
            Assert.All(names.GroupBy(n => n.Split('-')[0]), g => Assert.Single(g));
            reads++;
        }
        return reads;
    }
}
