using Microsoft.Playwright;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

public sealed class EvaluateTests : IClassFixture<BrowserFixture>
{
    // Before the circuit stands, the form takes nothing.
    private const string Ready = "#evaluate:not([disabled])";

    private readonly BrowserFixture _browser;

    public EvaluateTests(BrowserFixture browser)
    {
        _browser = browser;
        IdxPair.WriteNoise(browser.References, "noise", 40, size: 28);
    }

    [Fact]
    public async Task A_model_is_graded_and_its_report_is_shown_beside_another()
    {
        var page = await _browser.OpenAsync("/evaluate", ready: Ready);
        await page.SetAsync("count", 20);
        await page.Locator("input[name='steps']").FillAsync("1, 3");
        await page.Locator("input[name='steps']").BlurAsync();
        await page.Locator("#evaluate").ClickAsync();
        await page.WaitForFunctionAsync("() => location.pathname.startsWith('/reports/')");
        var report = page.Locator("iframe").First.ContentFrame;
        await report.Locator("h1").WaitForAsync();
        Assert.Equal(2, await page.Locator("#cells tbody tr").CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "DDIM, 1 step", Exact = true }).ClickAsync();
        await report.Locator("h1:has-text('DDIM, 1 step')").WaitForAsync();
        await page.ChooseAsync("with", "DDIM, 3 steps");
        await page.Locator("iframe").Nth(1).ContentFrame.Locator("h1:has-text('DDIM, 3 steps')").WaitForAsync();
        Assert.Contains("with=", page.Url, StringComparison.Ordinal);
        await page.SuitsEveryoneAsync();
    }

    [Fact]
    public async Task A_report_fits_a_phone()
    {
        var page = await _browser.OpenAsync("/evaluate", width: 390, ready: Ready);
        await page.SetAsync("count", 20);
        await page.Locator("input[name='steps']").FillAsync("1");
        await page.Locator("input[name='steps']").BlurAsync();
        await page.Locator("#evaluate").ClickAsync();
        await page.Locator("iframe").ContentFrame.Locator("h1").WaitForAsync();
        var frame = page.Frames.Single(f => f.Url.Contains("report.html", StringComparison.Ordinal));
        var (shown, needed) = (await frame.EvaluateAsync<int>("document.documentElement.clientWidth"),
            await frame.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.InRange(shown, 300, 390);
        Assert.InRange(needed, 0, shown);
        Assert.Equal(await page.EvaluateAsync<int>("document.documentElement.clientWidth"),
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task The_form_suits_everyone_in_both_themes(int width)
        => await (await _browser.OpenAsync("/evaluate", width: width, ready: Ready)).SuitsEveryoneAsync();
}
