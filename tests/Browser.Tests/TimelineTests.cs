using Microsoft.Playwright;
using Playground.Core.Imaging;

namespace Playground.Browser.Tests;

/// <summary>The steps of a run, the history of runs, and recipes out of images, as a visitor has them.</summary>
public sealed class TimelineTests(BrowserFixture browser)
{
    private const string StepIs = "step => document.querySelector('#images').dataset.step === step";

    private const string SliderIs = "step => document.querySelector('#timeline [data-part=step]').value === step";

    private const string SeedIs = "seed => document.querySelector(\"input[name='seed']\").value === seed";

    [Fact]
    public async Task A_finished_run_is_stepped_through_played_and_looked_at_clean_after_a_reload_too()
    {
        var page = await RunAsync(steps: 12, count: 4, seed: 5);
        var slider = Slider(page);
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.WaitForFunctionAsync(StepIs, "11");
        Assert.Equal(await FramePixelsAsync(page, 11, "xt"), await page.PixelsAsync());
        await page.Keyboard.PressAsync("Home");
        await page.WaitForFunctionAsync(StepIs, "1");
        Assert.Equal(await FramePixelsAsync(page, 1, "xt"), await page.PixelsAsync());
        await page.Radio("Clean x̂₀").CheckAsync();
        await page.Locator("#images[data-shows='x0'][data-step='1']").WaitForAsync();
        Assert.Equal(await FramePixelsAsync(page, 1, "x0"), await page.PixelsAsync());
        Assert.StartsWith("Step 1 of 12 · t ", await page.Locator("#timeline .where").InnerTextAsync(), StringComparison.Ordinal);

        await page.RecordFramesAsync();
        await Play(page).ClickAsync();
        await page.WaitForFunctionAsync(StepIs, "12");
        Assert.Equal(Enumerable.Range(2, 11), (await page.FramesAsync()).Select(f => f.Step));
        await page.Locator("#timeline[data-playing=false]").WaitForAsync();

        await page.ReloadAsync();
        await page.ReadyAsync();
        await page.StepAsync(12);
        await Slider(page).FocusAsync();
        await page.Keyboard.PressAsync("PageDown");
        await page.WaitForFunctionAsync(StepIs, "11");
        await page.Keyboard.PressAsync("End");
        await page.WaitForFunctionAsync(StepIs, "12");
        Assert.Equal(await page.FilePixelsAsync($"/api/v1/jobs/{page.JobId()}/grid.png"), await page.PixelsAsync());
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_run_under_way_is_looked_back_at_while_it_goes_on_and_followed_again()
    {
        var page = await browser.OpenAsync("/play");
        await page.StartLongAsync();
        await page.StepAsync(12);
        await Slider(page).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.WaitForFunctionAsync(StepIs, "1");
        var before = await page.StatusStepAsync();
        // The run goes on, and what is shown stays.
        await page.WaitForFunctionAsync("step => Number(/[0-9]+/.exec(document.querySelector('#status').textContent)[0]) > step + 5",
            before);
        await page.WaitForFunctionAsync(StepIs, "1");
        await page.WaitForFunctionAsync(SliderIs, "1");
        Assert.Equal("false", await Live(page).GetAttributeAsync("aria-pressed"));
        await Live(page).ClickAsync();
        await page.StepAsync(before + 5);
        await page.StepAsync(await page.StatusStepAsync() + 3);
        Assert.Equal("true", await Live(page).GetAttributeAsync("aria-pressed"));
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
        // What it came to is kept.
        await Slider(page).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.WaitForFunctionAsync(StepIs, "1");
    }

    [Fact]
    public async Task A_finger_on_the_slider_goes_where_it_is_put()
    {
        var page = await RunAsync(steps: 11, count: 1, seed: 1);
        var box = (await Slider(page).BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await page.WaitForFunctionAsync(StepIs, "6");
        Assert.Equal(await FramePixelsAsync(page, 6, "xt"), await page.PixelsAsync());
    }

    [Fact]
    public async Task The_steps_are_exported_as_they_are_shown_and_of_the_images_that_are_chosen()
    {
        var page = await RunAsync(steps: 5, count: 3, seed: 5);
        await page.Locator("#timeline summary").ClickAsync();
        await page.SuitsEveryoneAsync();
        var webp = AnimationFile.Read(await SaveAsync(page, "webp"));
        Assert.Equal((5, 2 * 28 * 4, 2 * 28 * 4), (webp.Frames.Count, webp.Frames.Width, webp.Frames.Height));
        await page.Locator("#timeline .picks input").Nth(1).CheckAsync();
        await page.Locator("#timeline input[name=export-scale][value='1']").CheckAsync();
        var strip = PictureFile.Decode(await SaveAsync(page, "png"));
        Assert.Equal((5 * 28, 28), (strip.Width, strip.Height));
        var gif = AnimationFile.Read(await SaveAsync(page, "gif"));
        Assert.Equal((5, 28), (gif.Frames.Count, gif.Frames.Width));
    }

    [Fact]
    public async Task The_history_leads_from_run_to_run_by_click_key_and_the_browsers_own_buttons()
    {
        var page = await RunAsync(steps: 2, count: 1, seed: 1001);
        var first = page.JobId();
        await page.SetAsync("seed", 1002);
        await page.Locator("#generate").ClickAsync();
        await page.WaitForFunctionAsync("id => !location.pathname.endsWith(id)", first);
        await page.StatusAsync("Done");
        var second = page.JobId();
        await Run(page, second).Locator("img").WaitForAsync();
        var runs = await page.Locator("#history [data-run]").EvaluateAllAsync<string[]>("runs => runs.map(r => r.dataset.run)");
        // Others may run something on the same server meanwhile.
        Assert.Equal([second, first], runs.Where(r => r == first || r == second));

        await Run(page, second).Locator("a").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(runs[Array.IndexOf(runs, second) + 1], await page.EvaluateAsync<string>(
            "() => document.activeElement.closest('[data-run]').dataset.run"));
        await Run(page, first).Locator("a").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync(SeedIs, "1001");
        Assert.Equal(first, page.JobId());
        await page.StepAsync(2);
        await page.GoBackAsync();
        await page.WaitForFunctionAsync(SeedIs, "1002");
        await page.StepAsync(2);
        await page.GoForwardAsync();
        await page.WaitForFunctionAsync(SeedIs, "1001");

        // Pinned runs are not deleted by accident.
        await Run(page, first).Locator("a").FocusAsync();
        await page.Keyboard.PressAsync("p");
        await page.Locator($"#history .pinned[data-run='{first}']").WaitForAsync();
        await page.Keyboard.PressAsync("p");
        await page.Locator($"#history [data-run='{first}']:not(.pinned)").WaitForAsync();
        await Run(page, first).Locator("a").FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.GetByRole(AriaRole.Dialog).GetByText("Delete", new() { Exact = true }).ClickAsync();
        await Run(page, first).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator(".examples").WaitForAsync();
        Assert.Equal("/play", new Uri(page.Url).AbsolutePath);
    }

    [Fact]
    public async Task The_navigation_leads_back_to_a_run_under_way_and_a_reload_finds_it()
    {
        var page = await browser.OpenAsync("/play");
        await page.StartLongAsync();
        await page.StepAsync(2);
        var id = page.JobId();
        await page.Locator("nav a[href=play]").ClickAsync();
        await page.WaitForFunctionAsync("id => location.pathname.endsWith(id)", id);
        await page.StepAsync(await page.StatusStepAsync() + 2);
        await page.ReloadAsync();
        await page.ReadyAsync();
        Assert.Equal(id, page.JobId());
        await page.StepAsync(3);
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
    }

    [Fact]
    public async Task An_image_made_here_that_is_dropped_restores_its_settings_and_makes_the_same_image()
    {
        var page = await RunAsync(steps: 6, count: 3, seed: 77);
        var file = await (await page.Context.APIRequest.GetAsync($"/api/v1/jobs/{page.JobId()}/1.png?scale=8")).BodyAsync();
        var first = await page.FilePixelsAsync($"/api/v1/jobs/{page.JobId()}/1.png");
        var other = await browser.OpenAsync("/play");
        await other.DropOnAsync("#images, .examples", file, "seven.png", "image/png");
        await other.WaitForFunctionAsync(SeedIs, "78");
        Assert.Equal(("6", "1"), (await other.ValueAsync("steps"), await other.ValueAsync("count")));
        await other.GetByText("Settings from the file “seven.png”.").WaitForAsync();
        Assert.Equal(0, await other.Locator("#source li").CountAsync());
        await other.SuitsEveryoneAsync();
        await other.GenerateAsync();
        await other.StatusAsync("Done: 6 steps.");
        await other.StepAsync(6);
        Assert.Equal(first, await other.PixelsAsync());
    }

    [Fact]
    public async Task A_recipe_of_another_program_is_opened_by_the_button_and_what_it_cannot_bring_is_listed()
    {
        var page = await browser.OpenAsync("/play");
        var file = PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string>
        {
            ["parameters"] = "a cat\nSteps: 21, Sampler: Euler a, CFG scale: 7, Seed: 4711, Size: 512x512, Model hash: 6ce0161689, "
                + "Model: <img src=x onerror=alert(1)>, Hires upscale: 2",
        });
        await page.Locator("#recipe input").SetInputFilesAsync(new FilePayload { Name = "cat.png", MimeType = "image/png", Buffer = file });
        await page.WaitForFunctionAsync(SeedIs, "4711");
        Assert.Equal(("mnist", "Euler a", "21"), (await page.ChosenAsync("model"), await page.ChosenAsync("sampler"),
            await page.ValueAsync("steps")));
        var notes = await page.Locator("#source li").AllInnerTextsAsync();
        Assert.Contains(notes, n => n.StartsWith("The model “<img src=x onerror=alert(1)>” (6ce0161689) is not installed.",
            StringComparison.Ordinal));
        Assert.Contains("Not used: Hires upscale.", notes);
        // What was set before comes back, and again what was opened.
        await page.Locator("#source .undo").ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector(\"input[name='seed']\").value !== '4711'");
        Assert.Equal(("DDIM", "50"), (await page.ChosenAsync("sampler"), await page.ValueAsync("steps")));
        Assert.Equal(0, await page.Locator("#source").CountAsync());
        await page.SetAsync("steps", 21);

        await page.DropOnAsync("body", PngFile.Encode(new(1, 1, 1, 1, [0])), "plain.png", "image/png");
        await page.Locator("#recipe [role=alert]:has-text('The image has no recipe in it.')").WaitForAsync();
        await page.DropOnAsync("body", "hello"u8.ToArray(), "hello.txt", "text/plain");
        await page.Locator("#recipe [role=alert]:has-text('neither a PNG image')").WaitForAsync();
        Assert.Equal("21", await page.ValueAsync("steps"));
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_timeline_and_the_history_suit_everyone(int width)
    {
        var page = await browser.OpenAsync("/play", width: width);
        await page.SetAsync("steps", 3);
        await page.SetAsync("count", 4);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 3 steps.");
        await page.Locator("#timeline").WaitForAsync();
        await page.Locator("#history img").First.WaitForAsync();
        await page.SuitsEveryoneAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
    }

    private static ILocator Slider(IPage page) => page.Locator("#timeline [data-part=step]");

    private static ILocator Play(IPage page) => page.Locator("#timeline [data-part=play]");

    private static ILocator Live(IPage page) => page.Locator("#timeline [data-part=live]");

    private static ILocator Run(IPage page, string id) => page.Locator($"#history [data-run='{id}']");

    private static Task<int[]> FramePixelsAsync(IPage page, int step, string side)
        => page.FilePixelsAsync($"/api/v1/jobs/{page.JobId()}/frames/{step}/{side}.png");

    private static async Task<byte[]> SaveAsync(IPage page, string format)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator($"#timeline a[data-format={format}]").ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task<IPage> RunAsync(int steps, int count, int seed)
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", steps);
        await page.SetAsync("count", count);
        await page.SetAsync("seed", seed);
        await page.GenerateAsync();
        await page.StatusAsync($"Done: {steps} steps.");
        await page.StepAsync(steps);
        await page.Locator("#timeline [data-part=export]").WaitForAsync();
        return page;
    }
}
