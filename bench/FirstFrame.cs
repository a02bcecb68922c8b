using System.Globalization;
using System.Text.Json.Nodes;

namespace Playground.Bench;

/// <summary>
/// What a visitor of Play waits for, in a real Chromium: a first visit until clicks reach the server, and a click on Generate until the
/// first frame is on the tiles, beside what one step of that run takes.
/// </summary>
internal static class FirstFrame
{
    // Milliseconds since the visit began when the page is ready, and what came over the network until then.
    private const string Visit = """
        new Promise(done => {
          const look = () => {
            if (!document.querySelector('[data-stage][data-ready]')) return requestAnimationFrame(look);
            const entries = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
            done([performance.now(), entries.reduce((sum, e) => sum + e.transferSize, 0), entries.length]);
          };
          look();
        })
        """;

    // Milliseconds from the click to each of the first frames that are drawn.
    private const string Generate = """
        new Promise(done => {
          const before = location.pathname, times = [];
          let since;
          const seen = new MutationObserver(changes => {
            const own = location.pathname !== before && changes.some(c => c.target.id === 'images' && c.target.dataset.step);
            if (!own) return;
            times.push(performance.now() - since);
            if (times.length < 12) return;
            seen.disconnect();
            done(times);
          });
          seen.observe(document.body, { attributes: true, subtree: true, attributeFilter: ['data-step'] });
          since = performance.now();
          document.querySelector('#generate').click();
        })
        """;

    public static async Task MeasureAsync(int rounds, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        var play = new Uri(server.Http.BaseAddress!, "/play");
        var (visits, first, later) = (new List<double[]>(), new List<Frames>(), new List<Frames>());
        for (var round = 0; round <= rounds; round++)
        {
            await using var browser = await Browser.StartAsync(ct);
            await browser.OpenAsync(play, ct);
            visits.Add(Numbers(await browser.EvaluateAsync(Visit, ct)));
            first.Add(await GenerateAsync(server, browser, ct));
            for (var i = 0; i < 3 && round > 0; i++) later.Add(await GenerateAsync(server, browser, ct));
        }
        // The server's first visit also compiles its code and loads the model.
        Tell("The first visit of a server that has just started", visits[..1], first[..1]);
        Tell($"First visits of {rounds} browsers, medians", visits[1..], first[1..]);
        Tell(later);
    }

    private static async Task<Frames> GenerateAsync(BenchServer server, Browser browser, CancellationToken ct)
    {
        // As long as a visitor looks, and so that no step of the run before is still on the device.
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        var times = Numbers(await browser.EvaluateAsync(Generate, ct));
        var id = (await browser.EvaluateAsync("location.pathname", ct))!.GetValue<string>()[^32..];
        using var canceled = await server.Http.DeleteAsync($"/api/v1/jobs/{id}", ct);
        canceled.EnsureSuccessStatusCode();
        await browser.WaitAsync("!document.querySelector('#generate').disabled", ct);
        return new Frames(times[0], (times[^1] - times[1]) / (times.Length - 2));
    }

    private static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(t => t!.GetValue<double>())];

    private static void Tell(string what, List<double[]> visits, List<Frames> frames)
    {
        Say($"\n{what}: interactive after {Steps.Median(visits.Select(v => v[0])):0} ms, {visits[^1][1] / 1e3:0} KB.");
        Tell(frames);
    }

    private static void Tell(List<Frames> frames)
    {
        var (first, step) = (Steps.Median(frames.Select(f => f.First)), Steps.Median(frames.Select(f => f.Step)));
        Say($"Generate to the first frame, {frames.Count} times: {first:0} ms, of which a step {step:0}: {first - step:0} ms beside it.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    // Milliseconds until the first frame is drawn, and between two of those that follow.
    private sealed record Frames(double First, double Step);
}
