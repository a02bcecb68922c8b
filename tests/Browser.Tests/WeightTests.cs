using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>How many bytes a visit of Play takes over the wire, as the browser counts them.</summary>
public sealed class WeightTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int First = 500_000, Again = 40_000;

    [Fact]
    public async Task A_first_visit_takes_less_than_half_a_megabyte_and_a_reload_fetches_no_script_or_style_again()
    {
        // Of somebody new: the shared server has the history of all tests before.
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        var page = await browser.OpenAsync("about:blank", ready: "body", server: server.Address);
        var counter = await Counter.StartAsync(page);
        await page.GotoAsync("/play");
        await page.ReadyAsync();
        await counter.SettleAsync();
        var (first, frames, requests) = counter.Take();
        output.WriteLine($"First visit: {first:N0} bytes in {requests} requests, and {frames:N0} of the circuit before its compression.");
        Assert.InRange(first + frames, 50_000, First);

        await page.ReloadAsync();
        await page.ReadyAsync();
        await counter.SettleAsync();
        (var again, frames, requests) = counter.Take();
        output.WriteLine($"Reload: {again:N0} bytes in {requests} requests, and {frames:N0} of the circuit before its compression.");
        Assert.InRange(again, 0, Again);
        Assert.DoesNotContain(counter.Fetched, a => a.Contains(".css", StringComparison.Ordinal)
            || a.Contains(".js", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_first_visit_takes_less_than_half_a_megabyte_with_a_history_of_a_hundred_runs_too()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        for (var seed = 0; seed < IRunHistory.Listed; seed++)
        {
            var started = await http.PostAsJsonAsync("/api/v1/samples", new { model = "mnist", steps = 1, count = 4, seed },
                TestContext.Current.CancellationToken);
            var job = await started.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            await EndAsync(http, job.GetProperty("id").GetString()!);
        }
        var page = await browser.OpenAsync("about:blank", ready: "body", server: server.Address);
        var counter = await Counter.StartAsync(page);
        await page.GotoAsync("/play");
        await page.ReadyAsync();
        await page.Locator("#history img").First.WaitForAsync();
        await counter.SettleAsync();
        var (bytes, frames, requests) = counter.Take();
        output.WriteLine($"With {IRunHistory.Listed} runs: {bytes:N0} bytes in {requests} requests, and {frames:N0} of the circuit.");
        Assert.InRange(bytes + frames, 50_000, First);

        // All of them are there for whoever goes through them.
        var runs = page.Locator("#history [data-run]");
        while (await runs.CountAsync() is var shown && shown < IRunHistory.Listed)
        {
            await runs.Last.ScrollIntoViewIfNeededAsync();
            await page.WaitForFunctionAsync("shown => document.querySelectorAll('#history [data-run]').length > shown", shown);
        }
        Assert.Equal(0, await page.Locator("#history [data-do=more]").CountAsync());
    }

    private static async Task EndAsync(HttpClient http, string job)
    {
        while (true)
        {
            var view = await http.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", TestContext.Current.CancellationToken);
            var status = view.GetProperty("status").GetString()!;
            if (!JobStatus.IsFinal(status)) continue;
            Assert.Equal(JobStatus.Succeeded, status);
            return;
        }
    }

    // Encoded bytes of responses, headers and all; and of web sockets what is in their frames, which the browser tells only unpacked.
    private sealed class Counter
    {
        private readonly Dictionary<string, string> _addresses = [];
        private readonly HashSet<string> _cached = [];
        private readonly List<string> _fetched = [];
        private long _bytes, _frames;
        private int _requests;

        /// <summary>Since the last look: addresses whose content came over the network.</summary>
        public IReadOnlyList<string> Fetched { get; private set; } = [];

        public static async Task<Counter> StartAsync(IPage page)
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("Network.enable");
            var counter = new Counter();
            session.Event("Network.responseReceived").OnEvent += (_, e) =>
            {
                var response = e!.Value.GetProperty("response");
                var id = e.Value.GetProperty("requestId").GetString()!;
                lock (counter)
                {
                    counter._addresses[id] = response.GetProperty("url").GetString()!;
                    if (response.GetProperty("fromDiskCache").GetBoolean()) counter._cached.Add(id);
                }
            };
            session.Event("Network.requestServedFromCache").OnEvent += (_, e) =>
            {
                lock (counter) counter._cached.Add(e!.Value.GetProperty("requestId").GetString()!);
            };
            session.Event("Network.loadingFinished").OnEvent += (_, e) => counter.Finish(e!.Value);
            session.Event("Network.webSocketFrameReceived").OnEvent += (_, e) =>
            {
                var frame = e!.Value.GetProperty("response");
                var length = frame.GetProperty("payloadData").GetString()!.Length;
                lock (counter) counter._frames += frame.GetProperty("opcode").GetInt32() == 2 ? length * 3 / 4 : length;
            };
            return counter;
        }

        /// <summary>Ends when nothing has come over the wire for a second: a request may hang that nobody needs.</summary>
        public async Task SettleAsync()
        {
            for (var before = (-1L, -1L); before != State();)
            {
                before = State();
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            }
        }

        private (long Bytes, long Frames) State()
        {
            lock (this) return (_bytes, _frames);
        }

        public (long Bytes, long Frames, int Requests) Take()
        {
            lock (this)
            {
                var taken = (_bytes, _frames, _requests);
                Fetched = [.. _fetched];
                (_bytes, _frames, _requests) = (0, 0, 0);
                _fetched.Clear();
                _addresses.Clear();
                _cached.Clear();
                return taken;
            }
        }

        private void Finish(JsonElement e)
        {
            lock (this)
            {
                _requests++;
                _bytes += (long)e.GetProperty("encodedDataLength").GetDouble();
                var id = e.GetProperty("requestId").GetString()!;
                if (_addresses.TryGetValue(id, out var address) && !_cached.Contains(id)) _fetched.Add(address);
            }
        }
    }
}
