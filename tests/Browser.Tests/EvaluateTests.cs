using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

public sealed partial class EvaluateTests
{
    // Before the circuit stands, the form takes nothing.
    private const string Ready = "#evaluate:not([disabled])";

    // Images of noise that no other test has a name for.
    private const string Reference = "gray-static";

    private readonly BrowserFixture _browser;

    public EvaluateTests(BrowserFixture browser)
    {
        _browser = browser;
        IdxPair.WriteNoise(browser.References, Reference, 40, size: 28);
    }

    [Fact]
    public async Task A_model_is_graded_and_its_report_is_shown_beside_another()
    {
        var page = await OpenAsync("/evaluate");
        await page.SetAsync("count", 20);
        await page.Locator("input[name='steps']").FillAsync("1, 3");
        await page.Locator("input[name='steps']").BlurAsync();
        await page.Locator("#evaluate").ClickAsync();
        await page.WaitForFunctionAsync("() => location.pathname.startsWith('/reports/')");
        await page.Locator(".body .headline").WaitForAsync();
        Assert.Contains("Do not rely on it: 40 real images are fewer", await page.Locator(".body .verdict").InnerTextAsync(),
            StringComparison.Ordinal);
        Assert.Equal(2, await page.Locator("#cells tbody tr").CountAsync());
        Assert.Equal(2, await page.Locator("#cells .thumb img").CountAsync());
        Assert.True(await page.Locator("#cells .thumb img").First.EvaluateAsync<bool>("i => i.decode().then(() => i.naturalWidth > 0)"));

        await page.GetByRole(AriaRole.Link, new() { Name = "DDIM, 1 step", Exact = true }).ClickAsync();
        await page.Locator(".body h2:text-is('DDIM, 1 step')").WaitForAsync();
        await page.ChooseAsync("with", "DDIM, 3 steps");
        await page.Locator(".body h2:has-text('DDIM, 3 steps')").WaitForAsync();
        Assert.Contains("with=", page.Url, StringComparison.Ordinal);
        await page.SuitsEveryoneAsync();
    }

    [Fact]
    public async Task A_report_is_shared_by_a_link_that_a_visitor_opens_without_scripts_until_it_is_revoked()
    {
        var page = await OpenAsync("/evaluate");
        await page.SetAsync("count", 20);
        await page.Locator("input[name='steps']").FillAsync("1");
        await page.Locator("input[name='steps']").BlurAsync();
        await page.Locator("#evaluate").ClickAsync();
        await page.WaitForFunctionAsync("() => location.pathname.startsWith('/reports/')");
        await page.Locator(".body .headline").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
        await page.Locator("input[name='share-title']").FillAsync("One step, graded");
        await page.Locator("#create-link").ClickAsync();
        var link = new Uri(await page.Locator("#share-link").InputValueAsync()).AbsolutePath;

        await using var context = await page.Context.Browser!.NewContextAsync(new()
        { BaseURL = _browser.Address.ToString(), JavaScriptEnabled = false, Locale = "en-US" });
        var visitor = await context.NewPageAsync();
        await visitor.GotoAsync(link);
        Assert.Equal("One step, graded", await visitor.Locator("h1").InnerTextAsync());
        Assert.True(await visitor.Locator("table tbody tr").CountAsync() >= 2);
        Assert.Matches("[0-9]", await visitor.Locator("table tbody td.number").First.InnerTextAsync());
        var image = await visitor.Locator("figure img").GetAttributeAsync("src") ?? "";
        Assert.Equal(200, (await visitor.APIRequest.GetAsync(image)).Status);
        await visitor.Locator("a.button").ClickAsync();
        await visitor.WaitForURLAsync("**/report.html");
        Assert.NotEqual("", await visitor.Locator("h1").First.InnerTextAsync());

        var own = (await (await page.APIRequest.GetAsync("/api/v1/shares")).JsonAsync())!.Value.EnumerateArray()
            .First(s => s.GetProperty("title").GetString() == "One step, graded").GetProperty("id").GetString();
        await page.APIRequest.DeleteAsync($"/api/v1/shares/{own}");
        foreach (var path in new[] { link, image, $"{link}/report.html" })
            Assert.Equal(404, (await visitor.APIRequest.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_page_in_Chinese_has_no_English_sentence_while_an_evaluation_runs_and_in_its_report()
    {
        var page = await _browser.OpenAsync("/evaluate", ready: Ready, locale: "zh-CN");
        await page.ChooseAsync("reference", Reference);
        await page.SetAsync("count", 64);
        await page.Locator("input[name='steps']").FillAsync("20");
        await page.Locator("input[name='steps']").BlurAsync();
        // Everything that is shown from now on, as it changes.
        await page.EvaluateAsync("""
            () => {
              window.said_ = new Set();
              const note = () => document.querySelector('main')?.innerText.split('\n').forEach(line => window.said_.add(line.trim()));
              new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
              note();
            }
            """);
        await page.Locator("#evaluate").ClickAsync();
        await page.Locator("#activity").WaitForAsync();
        await page.Locator(".body .verdict").WaitForAsync();
        var said = await page.EvaluateAsync<string[]>("[...window.said_]");
        Assert.Contains(said, line => line.Contains("正在生成图像", StringComparison.Ordinal));
        // Names of samplers, features and files are what they are.
        Assert.DoesNotContain(said, line => EnglishWords().IsMatch(line));
    }

    [Fact]
    public async Task A_report_fits_a_phone()
    {
        var page = await OpenAsync("/evaluate", width: 390);
        await page.SetAsync("count", 20);
        await page.Locator("input[name='steps']").FillAsync("1");
        await page.Locator("input[name='steps']").BlurAsync();
        await page.Locator("#evaluate").ClickAsync();
        await page.Locator(".body .headline").WaitForAsync();
        Assert.Equal(await page.EvaluateAsync<int>("document.documentElement.clientWidth"),
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused_before_it_runs_and_what_means_little_is_warned_about()
    {
        var page = await OpenAsync("/evaluate?model=tiny");
        await page.Locator(".warning:has-text('8×8')").WaitForAsync();
        await page.ChooseAsync("model", "mnist");
        await page.Locator(".warning:has-text('8×8')").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        // The digits' features are 64, and the reference has 40 images.
        await page.Locator(".few:has-text('The reference has 40 images')").WaitForAsync();
        Assert.Equal(1, await page.Locator(".few").CountAsync());
        await page.SetAsync("count", 50);
        await page.Locator(".few:has-text('50 images are fewer than')").WaitForAsync();
        await page.ChooseAsync("features", "ResNet-18");
        await page.Locator(".warning:has-text('color')").WaitForAsync();
        await page.Locator(".field:has-text('Fréchet distance, ResNet-18 features')").WaitForAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_form_suits_everyone_in_both_themes(int width)
        => await (await OpenAsync("/evaluate", width)).SuitsEveryoneAsync();

    [GeneratedRegex("[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+")]
    private static partial Regex EnglishWords();

    private async Task<IPage> OpenAsync(string path, int width = 1280)
    {
        var page = await _browser.OpenAsync(path, width: width, ready: Ready);
        await page.ChooseAsync("reference", Reference);
        return page;
    }
}
