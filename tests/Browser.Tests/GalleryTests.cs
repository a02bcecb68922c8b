using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>From a run to the gallery, to a link, to whoever gets it, and back to Play.</summary>
public sealed class GalleryTests(BrowserFixture fixture)
{
    private const string Wall = "#gallery-wall[data-ready]";

    [Fact]
    public async Task Images_are_generated_picked_saved_shared_opened_by_a_visitor_remixed_and_revoked()
    {
        var page = await fixture.OpenAsync("/play");
        await page.SetAsync("steps", 4);
        await page.SetAsync("count", 4);
        await page.SetAsync("seed", 77);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        var run = page.JobId();
        var pixels = await page.FilePixelsAsync($"/api/v1/jobs/{run}/2.png");

        await page.Locator("#pick").ClickAsync();
        await page.Locator("#images[data-picks]").WaitForAsync();
        await page.Tile(3).ClickAsync();
        await page.Locator("#save-gallery:has-text('1 image')").ClickAsync();
        await page.Locator("#show-gallery").ClickAsync();
        await page.Locator(Wall).WaitForAsync();
        await page.Locator("#gallery-count:has-text('1 image')").WaitForAsync();
        await page.Locator("#gallery-wall .tile img").DblClickAsync();
        await page.Locator("#viewer[open]").WaitForAsync();
        await page.GetByText("79", new() { Exact = true }).WaitForAsync();
        await page.WaitForFunctionAsync("() => /^\\/gallery\\/[0-9a-f]{32}$/.test(location.pathname)");
        await page.GoBackAsync();
        await page.Locator("#viewer[open]").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await page.Locator("#gallery-wall .tile").First.ClickAsync();
        await page.Locator("#share").ClickAsync();
        await page.Locator("input[name='share-title']").FillAsync("My <b>best</b> digit");
        await page.Locator("#create-link").ClickAsync();
        var link = await page.Locator("#share-link").InputValueAsync();
        Assert.Matches("/s/[A-Za-z0-9_-]{22}$", link);
        await page.Locator("#share-done").ClickAsync();

        var visitor = await fixture.OpenAsync(new Uri(link).AbsolutePath, ready: "main");
        Assert.Equal("My <b>best</b> digit", await visitor.Locator("h1").InnerTextAsync());
        await visitor.Locator(".grid a").ClickAsync();
        Assert.Equal(pixels, await visitor.FilePixelsAsync(await visitor.Locator("#image").GetAttributeAsync("src") ?? ""));
        var (thumbnail, original) = (new Uri(visitor.Url).AbsolutePath + ".webp", new Uri(visitor.Url).AbsolutePath + ".png");
        var shared = new Uri(visitor.Url).AbsolutePath[1..];
        await visitor.Locator("#remix").ClickAsync();
        await visitor.ReadyAsync();
        Assert.Equal("Settings from the shared page “My <b>best</b> digit”.", await visitor.Locator("#source .from").InnerTextAsync());
        Assert.Equal(shared, await visitor.Locator("#source a").GetAttributeAsync("href"));
        Assert.Equal(("79", "4"), (await visitor.ValueAsync("seed"), await visitor.ValueAsync("steps")));
        await visitor.GenerateAsync();
        await visitor.StatusAsync("Done");
        Assert.Equal(pixels, await visitor.FilePixelsAsync($"/api/v1/jobs/{visitor.JobId()}/0.png"));

        await page.GotoAsync("/shares");
        var row = page.Locator("tr", new() { HasText = "My <b>best</b> digit" });
        await ClickUntilAsync(row.Locator("button.revoke"), page.Locator(".mud-dialog"));
        await page.Locator(".mud-dialog button:has-text('Revoke')").ClickAsync();
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        foreach (var path in new[] { new Uri(link).AbsolutePath, thumbnail, original })
            Assert.Equal(404, (await page.APIRequest.GetAsync(path)).Status);
    }

    [Fact]
    public async Task The_gallery_keeps_its_place_and_its_selection_and_undoes_a_deletion()
    {
        var page = await fixture.OpenAsync("/play");
        for (var i = 0; i < 2; i++)
        {
            await page.SetAsync("steps", 1);
            await page.SetAsync("count", 64);
            await page.GenerateAsync();
            await page.StatusAsync("Done");
            await page.Locator("#save-gallery").ClickAsync();
            await page.Locator("#show-gallery").WaitForAsync();
        }
        await page.GotoAsync("/gallery");
        await page.Locator(Wall).WaitForAsync();
        await page.Locator("#gallery-wall .tile img").First.WaitForAsync();
        await page.Locator("#gallery-wall").EvaluateAsync("wall => { wall.scrollTop = wall.scrollHeight / 2; }");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#gallery-wall .tile img').length > 8 && "
            + "!document.querySelector('#gallery-0')");
        var tile = page.Locator("#gallery-wall .tile[data-id]").Nth(12);
        await tile.ClickAsync();
        await page.Locator("#gallery-count:has-text('1 selected')").WaitForAsync();
        await page.Keyboard.DownAsync("Shift");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.UpAsync("Shift");
        await page.Locator("#gallery-count:has-text('3 selected')").WaitForAsync();
        var top = await page.Locator("#gallery-wall").EvaluateAsync<double>("wall => wall.scrollTop");

        await page.Locator("a[href='models']").First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 }).WaitForAsync();
        await page.Locator("a[href='gallery']").First.ClickAsync();
        await page.Locator("#gallery-count:has-text('3 selected')").WaitForAsync();
        await page.WaitForFunctionAsync("top => Math.abs(document.querySelector('#gallery-wall').scrollTop - top) < 2", top);

        var total = await page.Locator("#gallery-wall").GetAttributeAsync("data-total");
        await page.Locator("#delete").ClickAsync();
        await page.Locator("#gallery-notice:has-text('3 images deleted')").WaitForAsync();
        await page.WaitForFunctionAsync("total => Number(document.querySelector('#gallery-wall').dataset.total) === total - 3",
            int.Parse(total!, System.Globalization.CultureInfo.InvariantCulture));
        await page.Locator("#undo").ClickAsync();
        await page.Locator("#gallery-notice:has-text('3 images restored')").WaitForAsync();
        await page.WaitForFunctionAsync("total => document.querySelector('#gallery-wall').dataset.total === total", total);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_pages_suit_everyone_in_both_themes(int width)
    {
        var page = await fixture.OpenAsync("/play", width: width);
        await page.SetAsync("steps", 1);
        await page.SetAsync("count", 9);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        await page.Locator("#save-gallery").ClickAsync();
        await page.Locator("#show-gallery").ClickAsync();
        await page.Locator("#gallery-wall .tile img").First.WaitForAsync();
        await page.Locator("#filters").ClickAsync();
        await page.Locator("#filter-fields").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Locator("#gallery-wall").PressAsync("Enter");
        await page.Locator("#viewer[open] #show-run").WaitForAsync();
        await page.SuitsEveryoneAsync();
        // One row of buttons, whatever the width.
        Assert.InRange((await page.Locator("#viewer footer").BoundingBoxAsync())!.Height, 30, 60);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#share-gallery").ClickAsync();
        await page.Locator("#create-link").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Locator("#create-link").ClickAsync();
        var link = new Uri(await page.Locator("#share-link").InputValueAsync()).AbsolutePath;
        await page.GotoAsync("/shares");
        await page.Locator("button.revoke").First.WaitForAsync();
        await page.SuitsEveryoneAsync();
        // A title is read in lines, not letters, and what ends a link is within reach.
        Assert.InRange((await page.Locator("tbody td").First.BoundingBoxAsync())!.Width, 120, width);
        var revoke = (await page.Locator("button.revoke").First.BoundingBoxAsync())!;
        Assert.InRange(revoke.X + revoke.Width, 0, width);

        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var visitor = await fixture.OpenAsync(link, theme, width, ready: ".grid img");
            Assert.Empty((await visitor.RunAxe()).Violations);
            Assert.Equal(0, await visitor.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
            await visitor.Locator(".grid a").First.ClickAsync();
            await visitor.Locator("#image").WaitForAsync();
            Assert.Empty((await visitor.RunAxe()).Violations);
        }
    }

    [Fact]
    public async Task A_shared_page_with_a_password_works_without_scripts()
    {
        var page = await fixture.OpenAsync("/play");
        await page.SetAsync("steps", 1);
        await page.SetAsync("count", 2);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        var made = await page.APIRequest.PostAsync("/api/v1/shares",
            new() { DataObject = new { kind = "run", target = page.JobId(), password = "open", title = "Behind a door" } });
        var path = (await made.JsonAsync())!.Value.GetProperty("path").GetString()!;
        await using var context = await page.Context.Browser!.NewContextAsync(new()
        { BaseURL = fixture.Address.ToString(), JavaScriptEnabled = false });
        var visitor = await context.NewPageAsync();
        await visitor.GotoAsync(path);
        await visitor.Locator("#password").FillAsync("shut");
        await visitor.Locator("button[type=submit]").ClickAsync();
        Assert.Contains("not the password", await visitor.Locator("[role=alert]").InnerTextAsync(), StringComparison.Ordinal);
        await visitor.Locator("#password").FillAsync("open");
        await visitor.Locator("button[type=submit]").ClickAsync();
        Assert.Equal("Behind a door", await visitor.Locator("h1").InnerTextAsync());
        Assert.Equal(2, await visitor.Locator(".grid img").CountAsync());
        await visitor.Locator(".grid a").First.ClickAsync();
        await visitor.Locator("#image").WaitForAsync();
        await visitor.Locator("a[rel=next]").ClickAsync();
        Assert.Equal(1, await visitor.Locator("a[rel=prev]").CountAsync());
    }

    [Fact]
    public async Task A_visitor_goes_through_the_denoising_of_a_shared_image()
    {
        var page = await RunAsync(steps: 6, count: 2, seed: 31);
        var run = page.JobId();
        var path = await ShareAsync(page, new { kind = "run", target = run });
        var visitor = await fixture.OpenAsync(path, ready: ".grid a");
        await visitor.Locator(".grid a").Nth(1).ClickAsync();
        var slider = visitor.Locator("#scrubber:not([hidden]) #step");
        await slider.FocusAsync();
        await visitor.Keyboard.PressAsync("Home");
        await visitor.WaitForFunctionAsync("() => /\\/1\\?clean=false$/.test(document.querySelector('#image').src)");
        Assert.Equal("Step 1 of 6", await visitor.Locator("#scrubber output").InnerTextAsync());
        var noisy = await visitor.FilePixelsAsync(await visitor.Locator("#image").GetAttributeAsync("src") ?? "");
        Assert.Equal(await TileOfAsync(page, $"/api/v1/jobs/{run}/frames/1/xt.png", 1), noisy);
        await visitor.Locator("#clean").CheckAsync();
        await visitor.WaitForFunctionAsync("() => /\\/1\\?clean=true$/.test(document.querySelector('#image').src)");
        Assert.Equal(await TileOfAsync(page, $"/api/v1/jobs/{run}/frames/1/x0.png", 1),
            await visitor.FilePixelsAsync(await visitor.Locator("#image").GetAttributeAsync("src") ?? ""));
        await visitor.Locator("#clean").UncheckAsync();
        await visitor.Locator("#step").FocusAsync();
        await visitor.Keyboard.PressAsync("End");
        await visitor.WaitForFunctionAsync("() => /\\.png$/.test(document.querySelector('#image').src)");
        // Played, it comes by every step to the image itself.
        await visitor.EvaluateAsync("""
            () => {
              window.shown_ = [];
              new MutationObserver(() => window.shown_.push(document.querySelector('#image').src.split('/').pop()))
                .observe(document.querySelector('#image'), { attributes: true, attributeFilter: ['src'] });
            }
            """);
        await visitor.Locator("#scrubber .play").ClickAsync();
        await visitor.WaitForFunctionAsync("() => window.shown_.length === 6");
        await visitor.Locator("#scrubber[data-playing=false]").WaitForAsync();
        var shown = await visitor.EvaluateAsync<string[]>("window.shown_");
        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"{i}?clean=false"), shown[..5]);
        Assert.EndsWith(".png", shown[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_has_expired_is_the_same_page_as_one_that_never_was()
    {
        var page = await RunAsync(steps: 1, count: 1, seed: 5);
        var path = await ShareAsync(page, new { kind = "run", target = page.JobId(), expires = DateTime.UtcNow.AddSeconds(4) });
        var visitor = await fixture.OpenAsync(path, ready: ".grid img");
        var image = await visitor.Locator(".grid img").GetAttributeAsync("src") ?? "";
        IAPIResponse answer;
        do answer = await visitor.APIRequest.GetAsync(path);
        while (answer.Status == 200);
        Assert.Equal(404, answer.Status);
        Assert.Equal(404, (await visitor.APIRequest.GetAsync(image)).Status);
        var never = await visitor.APIRequest.GetAsync("/s/AAAAAAAAAAAAAAAAAAAAAA");
        Assert.Equal((never.Status, await never.TextAsync()), (answer.Status, await answer.TextAsync()));
        await visitor.ReloadAsync();
        Assert.Equal("This link does not work", await visitor.Locator("h1").InnerTextAsync());
    }

    [Fact]
    public async Task The_steps_of_an_image_are_gone_through_in_the_gallery_by_slider_key_and_play()
    {
        var page = await RunAsync(steps: 6, count: 2, seed: 55);
        var run = page.JobId();
        var (first, second) = (await TileOfAsync(page, $"/api/v1/jobs/{run}/frames/1/xt.png", 0),
            await TileOfAsync(page, $"/api/v1/jobs/{run}/frames/2/xt.png", 0));
        var clean = await TileOfAsync(page, $"/api/v1/jobs/{run}/frames/2/x0.png", 0);
        var finished = await page.FilePixelsAsync($"/api/v1/jobs/{run}/0.png");
        await page.Locator("#save-gallery").ClickAsync();
        await page.Locator("#show-gallery").ClickAsync();
        await page.Locator(Wall).WaitForAsync();
        await page.Locator("#gallery-count:has-text('2 images')").WaitForAsync();
        await page.Locator("#gallery-wall").PressAsync("Enter");
        await page.Locator("#viewer[open] #image-steps:not([hidden])").WaitForAsync();
        await page.SuitsEveryoneAsync();
        var slider = page.Locator("#image-steps [data-part=step]");
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await ShowsAsync("1");
        Assert.Equal(first, await ViewerPixelsAsync());
        await page.Locator("#viewer [data-view]").FocusAsync();
        await page.Keyboard.PressAsync("]");
        await ShowsAsync("2");
        Assert.Equal(second, await ViewerPixelsAsync());
        await page.Locator("#image-steps [data-part=clean]").CheckAsync();
        await page.WaitForFunctionAsync("wanted => { const c = document.querySelector('#viewer canvas'); return JSON.stringify(Array.from("
            + "c.getContext('2d').getImageData(0, 0, c.width, c.height).data)) === wanted; }",
            System.Text.Json.JsonSerializer.Serialize(clean));
        await page.Locator("#image-steps [data-part=clean]").UncheckAsync();
        await page.Locator("#viewer [data-view]").FocusAsync();
        await page.Keyboard.PressAsync("[");
        await ShowsAsync("1");
        await page.Keyboard.PressAsync("p");
        await ShowsAsync("6");
        await page.Locator("#image-steps[data-playing=false]").WaitForAsync();
        Assert.Equal(finished, await ViewerPixelsAsync());
        // The next image has steps of its own, from its end.
        await page.Keyboard.PressAsync("[");
        await ShowsAsync("5");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator("#viewer [data-number]:has-text('2 / 2')").WaitForAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('#image-steps [data-part=where]').textContent.startsWith('Step 6 ')");

        Task ShowsAsync(string step) => page.WaitForFunctionAsync(
            "step => document.querySelector('#image-steps').dataset.shows === step", step);
        Task<int[]> ViewerPixelsAsync() => page.Locator("#viewer canvas").EvaluateAsync<int[]>(
            "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)");
    }

    private async Task<IPage> RunAsync(int steps, int count, int seed)
    {
        var page = await fixture.OpenAsync("/play");
        await page.SetAsync("steps", steps);
        await page.SetAsync("count", count);
        await page.SetAsync("seed", seed);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        await page.StepAsync(steps);
        return page;
    }

    private static async Task<string> ShareAsync(IPage page, object share)
    {
        var made = await page.APIRequest.PostAsync("/api/v1/shares", new() { DataObject = share });
        return (await made.JsonAsync())!.Value.GetProperty("path").GetString()!;
    }

    // One of two images that stand beside each other.
    private static Task<int[]> TileOfAsync(IPage page, string url, int number) => page.EvaluateAsync<int[]>("""
        async ([url, number]) => {
          const grid = await createImageBitmap(await (await fetch(url)).blob());
          const [width, height] = [grid.width / 2, grid.height];
          const context = new OffscreenCanvas(width, height).getContext('2d');
          context.drawImage(grid, -width * number, 0);
          return Array.from(context.getImageData(0, 0, width, height).data);
        }
        """, new object[] { url, number });

    // A page that has come without its circuit shows the button before the button does anything.
    private static async Task ClickUntilAsync(ILocator button, ILocator shown)
    {
        await button.ClickAsync();
        while (!await shown.IsVisibleAsync())
        {
            try
            {
                await shown.WaitForAsync(new() { Timeout = 1000 });
            }
            catch (TimeoutException)
            {
                await button.ClickAsync();
            }
        }
    }
}
