using System.Net;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

[Collection(Servers.Datasets)]
public sealed class SurvivalTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_inspection_that_a_crash_cut_off_begins_again_and_ends()
    {
        var id = await StartLargeAsync();
        await ReadingAsync(id);
        await server.RestartAsync();
        var made = await server.EndAsync(id);
        Assert.Equal(("ready", 600), ((string)made["status"]!, (int)made["report"]!["pictures"]!));
        Assert.Single(made["versions"]!.AsArray());
        Assert.Empty(server.Files("datasets/work"));
    }

    [Fact]
    public async Task A_cancelled_inspection_stops_and_leaves_nothing()
    {
        var used = await server.UsedAsync();
        var id = await StartLargeAsync();
        await ReadingAsync(id);
        using (var cancel = await server.Http.DeleteAsync($"/api/v1/datasets/{id}/inspection", Ct))
            Assert.Equal(HttpStatusCode.Accepted, cancel.StatusCode);
        var made = await server.EndAsync(id);
        Assert.Equal(("failed", "Cancelled. Nothing was kept."), ((string)made["status"]!, (string)made["error"]!));
        Assert.Equal(used, await server.UsedAsync());
        Assert.Empty(server.Files("datasets/work"));
        using var again = await server.Http.DeleteAsync($"/api/v1/datasets/{id}/inspection", Ct);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    private async Task<string> StartLargeAsync()
    {
        var zip = new ZipForge();
        for (var i = 0; i < 600; i++) zip.Add($"{i}.png", TestPicture.Png(i, 96, 96));
        return await server.CreateAsync(new JsonObject
        { ["name"] = "large", ["uploads"] = new JsonArray(await server.Tus.UploadAsync(zip.ToArray(), "large.zip")) });
    }

    private async Task ReadingAsync(string id)
    {
        while ((await server.FindAsync(id))["progress"] is not { } progress || (int)progress["done"]! is < 50 or >= 550
            || (string)progress["stage"]! != "reading") await Task.Delay(5, Ct);
    }
}
