using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>What is around every page: navigation, theme, what is not there.</summary>
public sealed class ShellTests(BrowserFixture browser)
{
    private const string Any = "h1";

    [Theory]
    [InlineData("/", "Play")]
    [InlineData("/play", "Play")]
    [InlineData("/jobs/none", "Play")]
    [InlineData("/models/mnist", "Models")]
    [InlineData("/datasets", "Data sets")]
    [InlineData("/train/none", "Train")]
    [InlineData("/evaluate", "Evaluate")]
    [InlineData("/reports/none", "Evaluate")]
    [InlineData("/gallery", "Gallery")]
    [InlineData("/shares", "Gallery")]
    public async Task The_navigation_marks_where_one_is(string path, string section)
    {
        var page = await browser.OpenAsync(path, ready: Any);
        Assert.Equal([section], (await page.Locator("nav a[aria-current=page]").AllInnerTextsAsync()).Select(t => t.Trim()));
    }

    [Fact]
    public async Task A_first_visit_in_the_dark_comes_dark_at_once_and_the_switch_is_remembered()
    {
        var page = await browser.OpenAsync("/play", ColorScheme.Dark);
        Assert.Equal("dark", await ThemeAsync(page));
        Assert.Equal(1, await page.EvaluateAsync<int>("performance.getEntriesByType('navigation').length"));
        Assert.Equal("navigate", await page.EvaluateAsync<string>("performance.getEntriesByType('navigation')[0].type"));
        Assert.DoesNotContain(await page.Context.CookiesAsync(), c => c.Name == "theme");
        Assert.Equal("rgb(15, 16, 20)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'light'");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'dark'");

        await page.Locator("[data-theme-switch]").ClickAsync();
        Assert.Equal("light", await ThemeAsync(page));
        // The server says it before any script runs.
        var html = await (await page.Context.APIRequest.GetAsync("/play")).TextAsync();
        Assert.Contains("""<html lang="en" data-theme="light">""", html, StringComparison.Ordinal);
        await page.ReloadAsync();
        await page.ReadyAsync();
        Assert.Equal("light", await ThemeAsync(page));
        Assert.Equal("rgb(247, 247, 249)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Theory]
    [InlineData("zh-CN", "zh-Hans", "生成")]
    [InlineData("zh", "zh-Hans", "生成")]
    [InlineData("en-GB", "en", "Play")]
    [InlineData("de-DE", "en", "Play")]
    public async Task A_first_visit_is_in_the_browsers_language_on_the_server_and_in_the_circuit(string locale, string lang, string name)
    {
        var page = await browser.OpenAsync("/play", locale: locale);
        Assert.Equal(lang, await page.EvaluateAsync<string>("document.documentElement.lang"));
        var response = await page.Context.APIRequest.GetAsync("/play", new() { Headers = [new("Accept-Language", locale)] });
        var html = await response.TextAsync();
        Assert.Contains($"<html lang=\"{lang}\"", html, StringComparison.Ordinal);
        Assert.Matches($"<span[^>]*>{name}</span>", System.Net.WebUtility.HtmlDecode(html));
        // What the circuit renders is in the same language.
        await page.Locator("nav a[href=models]").ClickAsync();
        await page.Locator("nav a[href=models][aria-current=page]").WaitForAsync();
        await page.Locator("nav a[href=play]").ClickAsync();
        await page.ReadyAsync();
        Assert.Equal(name, (await page.Locator("nav a[aria-current=page]").InnerTextAsync()).Trim());
    }

    [Fact]
    public async Task A_page_that_is_left_before_its_script_has_come_takes_nothing_with_it()
    {
        var page = await browser.OpenAsync("/play");
        var come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/js/models*.js", async route =>
        {
            await come.Task;
            await route.ContinueAsync();
        });
        var asked = page.WaitForRequestAsync("**/js/models*.js");
        await page.Locator("nav a[href=models]").ClickAsync();
        await asked;
        await page.Locator("nav a[href=play]").ClickAsync();
        await page.ReadyAsync();
        var came = page.WaitForResponseAsync("**/js/models*.js");
        come.SetResult();
        await (await came).FinishedAsync();
        // The page that came after it still answers.
        await page.ChooseAsync("sampler", "Heun");
        await page.ChooseAsync("sampler", "UniPC");
        Assert.Equal(0, await page.GetByText("Something went wrong").CountAsync());
    }

    [Fact]
    public async Task Another_language_is_chosen_once_and_holds_from_then_on()
    {
        var page = await browser.OpenAsync("/play");
        Assert.Equal("English", await page.Locator("[data-language][aria-pressed=true]").InnerTextAsync());
        await page.Locator("[data-language=zh-Hans]").ClickAsync();
        await page.Locator("html[lang=zh-Hans]").WaitForAsync();
        await page.ReadyAsync();
        await page.GotoAsync("/nowhere");
        Assert.Equal("找不到页面", await page.Locator("h1").InnerTextAsync());
        Assert.Equal("简体中文", await page.Locator("[data-language][aria-pressed=true]").InnerTextAsync());
        // A cookie of nonsense is treated as missing.
        await page.Context.AddCookiesAsync([new() { Name = "language", Value = "c=xx|uic=%22", Url = browser.Address.ToString() }]);
        await page.GotoAsync("/nowhere");
        Assert.Equal("Page not found", await page.Locator("h1").InnerTextAsync());
    }

    [Theory]
    [InlineData("/nowhere", "There is nothing at this address.")]
    [InlineData("/a/b.c", "There is nothing at this address.")]
    [InlineData("/models/none", "There is no model “none”.")]
    [InlineData("/datasets/none", "There is no data set “none”.")]
    [InlineData("/train/none", "There is no training “none”.")]
    [InlineData("/reports/none", "There is no evaluation “none”.")]
    [InlineData("/jobs/none", "There is no job “none”.")]
    public async Task What_is_not_there_is_a_page_in_the_same_shell_with_the_status_404(string path, string text)
    {
        var page = await browser.OpenAsync("/play");
        var response = await page.GotoAsync(path);
        Assert.Equal(404, response!.Status);
        Assert.StartsWith("text/html", response.Headers["content-type"], StringComparison.Ordinal);
        await page.GetByText(text).WaitForAsync();
        Assert.Equal(6, await page.Locator("nav a").CountAsync());
        Assert.Equal(1, await page.Locator("main h1").CountAsync());
        await page.SuitsEveryoneAsync();
    }

    [Fact]
    public async Task An_address_of_the_api_answers_with_problem_details_and_every_page_answers_to_head()
    {
        using var http = new HttpClient { BaseAddress = browser.Address };
        var response = await http.GetAsync("/api/v1/nowhere", TestContext.Current.CancellationToken);
        Assert.Equal((404, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        foreach (var path in new[] { "/", "/play", "/models", "/evaluate" })
        {
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)head.StatusCode);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task The_link_to_the_content_leads_past_the_navigation()
    {
        var page = await browser.OpenAsync("/play");
        await page.Locator("[data-skip]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.EndsWith("/play", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_is_seen_and_canceled_from_any_page()
    {
        var page = await browser.OpenAsync("/play");
        await page.StartLongAsync();
        var job = page.JobId();
        await page.Locator("nav a[href=models]").ClickAsync();
        await page.Locator("#jobs summary:has-text('1 job')").ClickAsync();
        var item = page.Locator("#jobs li");
        Assert.Equal("64 images · mnist", await item.GetByRole(AriaRole.Link).InnerTextAsync());
        Assert.Equal($"jobs/{job}", await item.GetByRole(AriaRole.Link).GetAttributeAsync("href"));
        await page.SuitsEveryoneAsync();
        await item.GetByRole(AriaRole.Button, new() { Name = "Cancel: 64 images · mnist" }).ClickAsync();
        await page.Locator("#jobs").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var canceled = await page.Context.APIRequest.GetAsync($"/api/v1/jobs/{job}");
        Assert.Contains("canceled", await canceled.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_mark_opens_the_list_of_keys_but_not_while_one_writes()
    {
        var page = await browser.OpenAsync("/play");
        await page.Locator("input[name='seed']").FocusAsync();
        await page.Keyboard.PressAsync("?");
        Assert.False(await page.Locator("#keys").IsVisibleAsync());
        await page.Locator("#main").FocusAsync();
        await page.Keyboard.PressAsync("?");
        await page.Locator("#keys").GetByText("Generate").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#keys").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Theory]
    [InlineData("/help", "en-US", "Help")]
    [InlineData("/help", "zh-CN", "帮助")]
    [InlineData("/about", "en-US", "About")]
    [InlineData("/about", "zh-CN", "关于")]
    [InlineData("/play", "zh-CN", "生成")]
    [Trait("Category", "long")]
    public async Task Help_and_about_and_the_pages_in_chinese_suit_everyone(string path, string locale, string title)
    {
        foreach (var width in new[] { 1280, 390 })
        {
            var page = await browser.OpenAsync(path, width: width, ready: Any, locale: locale);
            // The circuit has taken over, and the head with it.
            if (path == "/play") await page.ReadyAsync();
            await page.WaitForFunctionAsync("() => document.title !== ''");
            Assert.Equal(title, await page.Locator("h1").InnerTextAsync());
            await page.SuitsEveryoneAsync();
        }
    }

    [Fact]
    public async Task About_names_what_the_program_carries()
    {
        var page = await browser.OpenAsync("/about", ready: Any);
        await page.Locator(".packages tr:has-text('MudBlazor'):has-text('MIT')").WaitForAsync();
        var licenses = await page.Context.APIRequest.GetAsync((await page.Locator("a[href*=licenses]").GetAttributeAsync("href"))!);
        Assert.StartsWith("text/plain", licenses.Headers["content-type"], StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted", await licenses.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_say_what_they_are()
    {
        var page = await browser.OpenAsync("/play");
        Assert.Equal("Play · Playground", await page.TitleAsync());
        Assert.NotEqual("", await page.Locator("meta[name=description]").GetAttributeAsync("content"));
        var icon = await page.Context.APIRequest.GetAsync((await page.Locator("link[rel=icon]").GetAttributeAsync("href"))!);
        Assert.Equal("image/svg+xml", icon.Headers["content-type"]);
    }

    private static Task<string> ThemeAsync(IPage page) => page.EvaluateAsync<string>("document.documentElement.dataset.theme");
}
