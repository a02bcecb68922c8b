using System.Net.Http.Json;
using Microsoft.Playwright;
using Playground.Client.Contracts;
using Playground.Core.Tests;

[assembly: AssemblyFixture(typeof(Playground.Browser.Tests.BrowserFixture))]

namespace Playground.Browser.Tests;

/// <summary>
/// The real server with the shipped models and a real Chromium, one of each for all tests of a run: a test has browser contexts of its
/// own, which are closed when the next one opens its first, and names what it makes on the server so that no other test comes across it.
/// What it leaves running is canceled, so that a test that fails takes no other with it.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    internal static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"];

    // Milliseconds.
    private const int Patience = 120_000;

    private readonly ServerProcess _server = new();
    private readonly List<IBrowserContext> _open = [];
    private string? _test;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => _server.Address;

    public string References => _server.References;

    public string Data => _server.Data;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Headless = true, Args = Flags });
    }

    /// <summary>A browser of its own (cookies, storage), on <paramref name="path"/>, when <paramref name="ready"/> is there: on the Play
    /// page, its circuit. Null for <paramref name="server"/>: the one that all tests share.</summary>
    public async Task<IPage> OpenAsync(string path, ColorScheme theme = ColorScheme.Light, int width = 1280, int height = 900,
        string ready = PlayPage.Ready, string locale = "en-US", Uri? server = null)
    {
        await CloseOthersAsync();
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = (server ?? Address).ToString(),
            ColorScheme = theme,
            Locale = locale,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = height }
        });
        _open.Add(context);
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        await page.Locator(ready).First.WaitForAsync();
        return page;
    }

    // Pages that are left open go on drawing and talking to the server. Tests run one after another.
    private async Task CloseOthersAsync()
    {
        var test = TestContext.Current.Test?.UniqueID;
        if (test == _test) return;
        _test = test;
        foreach (var context in _open) await context.CloseAsync();
        _open.Clear();
        await CancelAllAsync();
    }

    private async Task CancelAllAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = Address };
        while (await http.GetFromJsonAsync<JobView[]>("/api/v1/jobs", ct) is { } jobs
            && jobs.FirstOrDefault(j => j.Status is JobStatus.Queued or JobStatus.Running) is { } left)
        {
            (await http.DeleteAsync($"/api/v1/jobs/{left.Id}", ct)).Dispose();
            await Task.Delay(100, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await _server.DisposeAsync();
    }
}
