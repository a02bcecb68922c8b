using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Playground.Bench;

/// <summary>The gallery of the real server with very many images: how long its pages take.</summary>
internal static class Gallery
{
    private const int Seed = 64;

    // As many again of every image that there is, with ids and runs of their own.
    private const string Copy = """
        INSERT INTO GalleryImages SELECT lower(hex(randomblob(16))), Owner, Hash, Bytes, Width, Height, lower(hex(randomblob(16))), Number,
          CASE abs(random()) % 3 WHEN 0 THEN Model ELSE Model || '-' || (abs(random()) % 5) END, ModelHash, Dataset, Sampler,
          abs(random()) % 100000, Class, 'a photo of number ' || (abs(random()) % 100000), 'a photo of number ' || (abs(random()) % 100000),
          BoardId, abs(random()) % 10 = 0, abs(random()) % 6, Note, Saved - 10 * (abs(random()) % 1000000000), Deleted
        FROM GalleryImages LIMIT $count;
        INSERT INTO GalleryRecipes SELECT i.Id, r.Request, r.Parameters
        FROM GalleryImages i, (SELECT Request, Parameters FROM GalleryRecipes LIMIT 1) r
        WHERE NOT EXISTS (SELECT 1 FROM GalleryRecipes o WHERE o.ImageId = i.Id);
        """;

    private static readonly (string Name, string Path)[] s_pages =
    [
        ("first page of 200", "images?take=200"),
        ("page in the middle", "images?take=200&skip=12500"),
        ("last page", "images?take=200&skip=24800"),
        ("one model", "images?take=200&model=mnist"),
        ("starred", "images?take=200&starred=true"),
        ("words of the prompt", "images?take=200&text=number%20777"),
        ("one seed", "images?take=200&seed=777"),
        ("what can be filtered by", ""),
        ("all ids", "ids"),
    ];

    // Scrolls the wall by so many pixels each time that the browser is about to draw, and notes how long it was since the last time.
    private const string Scroll = """
        new Promise(resolve => {
          const wall = document.querySelector('#gallery-wall');
          const [times, began] = [[], performance.now()];
          let last = began;
          const step = now => {
            times.push(now - last);
            last = now;
            wall.scrollTop += PIXELS;
            if (now - began < 8000) requestAnimationFrame(step);
            else resolve(times.slice(5));
          };
          requestAnimationFrame(step);
        })
        """;

    /// <summary>The wall of very many images in a headless Chromium on the same machine: how often it draws while it is scrolled.</summary>
    public static async Task ScrollAsync(int count, CancellationToken ct)
    {
        await using var server = await StartAsync(count, ct);
        await using var browser = await Browser.StartAsync(ct);
        await browser.OpenAsync(new Uri(server.Http.BaseAddress!, "/gallery"), ct);
        var since = Stopwatch.GetTimestamp();
        await browser.WaitAsync("document.querySelector('#gallery-wall .tile img')?.complete", ct);
        Console.WriteLine($"\nThe wall of {count:N0} images; its first were there {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s "
            + "after the page was asked for.\n");
        Console.WriteLine("| scrolled, pixels a second | between frames, median, ms | 95th percentile, ms | longest, ms | frames |\n"
            + "|---|---|---|---|---|");
        foreach (var pixels in new[] { 10, 40, 200 })
        {
            await browser.EvaluateAsync("document.querySelector('#gallery-wall').scrollTop = 0", ct);
            var times = (await browser.EvaluateAsync(Scroll.Replace("PIXELS", $"{pixels}", StringComparison.Ordinal), ct))!.AsArray()
                .Select(t => t!.GetValue<double>()).Order().ToArray();
            Console.WriteLine($"| {pixels * 60:N0} | {times[times.Length / 2]:0.0} | {times[(int)(times.Length * 0.95)]:0.0} | "
                + $"{times[^1]:0.0} | {times.Length} |");
        }
    }

    public static async Task MeasureAsync(int count, int rounds, CancellationToken ct)
    {
        await using var server = await StartAsync(count, ct);
        var total = JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/gallery/images?take=1", ct))!["total"]!.GetValue<int>();
        Console.WriteLine($"\nThe gallery with {total:N0} images, {rounds} rounds:\n");
        Console.WriteLine("| page | first, ms | median, ms | bytes |\n|---|---|---|---|");
        foreach (var (name, path) in s_pages)
        {
            var times = new List<double>();
            var bytes = 0;
            for (var round = 0; round < rounds + 1; round++)
            {
                var since = Stopwatch.GetTimestamp();
                bytes = (await server.Http.GetByteArrayAsync($"/api/v1/gallery/{path}".TrimEnd('/'), ct)).Length;
                times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
            Console.WriteLine($"| {name} | {times[0]:0.0} | {Steps.Median(times[1..]):0.0} | {bytes:N0} |");
        }
    }

    private static async Task<BenchServer> StartAsync(int count, CancellationToken ct)
    {
        var server = await BenchServer.StartAsync(ct);
        var run = await server.PostAsync("/api/v1/samples", $$"""{"model":"mnist","steps":1,"count":{{Seed}},"seed":1}""", ct);
        await server.WaitAsync(run, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        using (var saved = await server.Http.PostAsJsonAsync("/api/v1/gallery/images", new { run }, ct)) saved.EnsureSuccessStatusCode();
        await FillAsync(server.Data, count, ct);
        return server;
    }

    private static async Task FillAsync(string data, int count, CancellationToken ct)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(data, "playground.db")};Pooling=False");
        await database.OpenAsync(ct);
        for (var there = Seed; there < count;)
        {
            await using var copy = database.CreateCommand();
            copy.CommandText = Copy;
            copy.Parameters.AddWithValue("$count", Math.Min(there, count - there));
            await copy.ExecuteNonQueryAsync(ct);
            there += Math.Min(there, count - there);
        }
    }
}
