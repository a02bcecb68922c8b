namespace Playground.Browser.Tests;

/// <summary>A server that goes away under an open page. It has a server of its own, since that does not come back.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task A_lost_connection_is_said_in_the_pages_own_words()
    {
        await using var browser = new BrowserFixture();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync("/play");
        var notice = page.Locator("[data-reconnect]");
        Assert.False(await notice.IsVisibleAsync());
        await browser.StopServerAsync();
        await notice.GetByText("Connection lost.").First.WaitForAsync();
        await notice.GetByText("Running jobs continue on the server.").WaitForAsync();
        await notice.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Try now" }).WaitForAsync();
        await page.SuitsEveryoneAsync();
    }
}
