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
}
