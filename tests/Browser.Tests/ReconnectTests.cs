using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>
/// A server that goes away under an open page. It is not the one that the other tests share, since it does not come back.
/// </summary>
public sealed class ReconnectTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_lost_connection_is_said_in_the_pages_own_words()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        var page = await browser.OpenAsync("/play", server: server.Address);
        var notice = page.Locator("[data-reconnect]");
        Assert.False(await notice.IsVisibleAsync());
        await server.KillAsync();
        await notice.GetByText("Connection lost.").First.WaitForAsync();
        await notice.GetByText("Running jobs continue on the server.").WaitForAsync();
        await notice.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Try now" }).WaitForAsync();
        await page.SuitsEveryoneAsync();
    }

    [Fact]
    public async Task A_server_that_stops_says_so_to_whoever_watches_and_the_job_goes_on_when_it_is_back()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        var page = await browser.OpenAsync("/play", server: server.Address);
        await page.StartLongAsync();
        await page.StepAsync(3);
        var path = $"/jobs/{page.JobId()}";
        await server.StopAsync();
        await page.Locator("#stopping:has-text('The server is restarting. Your jobs continue when it is back.')").WaitForAsync();
        Assert.True(await page.Locator("#stopping").IsVisibleAsync());

        await server.StartAsync();
        page = await browser.OpenAsync(path, server: server.Address);
        // It has not failed: it runs again.
        await page.StepAsync(3);
        Assert.Equal(path, new Uri(page.Url).AbsolutePath);
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
    }
}
