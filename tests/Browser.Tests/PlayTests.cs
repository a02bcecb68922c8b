using System.IO.Compression;
using System.Text.Json;
using Microsoft.Playwright;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

public sealed class PlayTests(BrowserFixture browser)
{
    private const string SeedIs = "seed => document.querySelector(\"input[name='seed']\").value === seed";

    [Fact]
    public async Task The_tiles_change_through_the_steps_and_end_as_the_finished_pictures()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 20);
        await page.SetAsync("count", 4);
        await page.RecordFramesAsync();
        await page.GenerateAsync();
        await page.StatusAsync("Done: 20 steps.");
        await page.StepAsync(20);

        var frames = await page.FramesAsync();
        Assert.True(frames.Length >= 8, $"{frames.Length} frames of 20 steps reached the tiles.");
        Assert.Equal(frames.Select(f => f.Step).Order(), frames.Select(f => f.Step));
        Assert.Equal(frames.Length, frames.Select(f => f.Digest).Distinct().Count());

        var shown = await page.PixelsAsync();
        Assert.Equal(await page.FilePixelsAsync($"/api/v1/jobs/{page.JobId()}/grid.png"), shown);
        Assert.Equal(56 * 56 * 4, shown.Length);
    }

    [Fact]
    public async Task Another_sampler_and_its_spacing_are_chosen_and_come_back_with_the_job()
    {
        var page = await browser.OpenAsync("/play");
        await page.ChooseAsync("sampler", "DPM++ 2M");
        await page.Locator("#detail summary").ClickAsync();
        await page.ChooseAsync("sigmas", "Karras");
        await page.SetAsync("steps", 5);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 5 steps.");
        await page.ReloadAsync();
        await page.ReadyAsync();
        Assert.Equal("DPM++ 2M", await page.ChosenAsync("sampler"));
        Assert.Equal("Karras", await page.ChosenAsync("sigmas"));
    }

    [Fact]
    public async Task Cancel_stops_within_two_steps()
    {
        var page = await StartLongAsync();
        await page.StepAsync(2);
        var step = await page.EvaluateAsync<int>(
            "() => { document.querySelector('#cancel').click(); return Number(document.querySelector('#images').dataset.step); }");
        await page.StatusAsync("Canceled after");
        Assert.InRange(await page.StatusStepAsync(), step, step + 2);
    }

    [Fact]
    public async Task A_reload_in_mid_run_goes_on_where_the_job_is()
    {
        var page = await StartLongAsync();
        await page.StepAsync(3);
        var before = await page.StatusStepAsync();
        await page.ReloadAsync();
        await page.ReadyAsync();
        await page.StepAsync(before + 3);
        Assert.Equal("64", await page.Locator("input[name='count']").InputValueAsync());
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
    }

    [Fact]
    public async Task Two_tabs_watch_one_job_to_its_end()
    {
        var first = await browser.OpenAsync("/play");
        await first.SetAsync("steps", 30);
        await first.SetAsync("count", 4);
        await first.GenerateAsync();
        var second = await browser.OpenAsync($"/jobs/{first.JobId()}");
        foreach (var page in new[] { first, second })
        {
            await page.StatusAsync("Done: 30 steps.");
            await page.StepAsync(30);
        }
        Assert.Equal(await first.PixelsAsync(), await second.PixelsAsync());
    }

    [Fact]
    public async Task A_finished_job_opened_again_shows_its_picture()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 2);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 2 steps.");
        await page.StepAsync(2);
        var shown = await page.PixelsAsync();
        await page.ReloadAsync();
        await page.ReadyAsync();
        await page.StepAsync(2);
        Assert.Equal(shown, await page.PixelsAsync());
    }

    [Fact]
    public async Task The_estimate_of_the_clean_pictures_can_be_shown_instead()
    {
        var page = await StartLongAsync();
        await page.StepAsync(1);
        await page.Radio("Clean x̂₀").CheckAsync();
        await page.Locator("#images[data-shows='x0']").WaitForAsync();
        await page.Radio("Noisy xₜ").CheckAsync();
        await page.Locator("#images[data-shows='xt']").WaitForAsync();
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");

        var noisy = await page.PixelsAsync();
        await page.Radio("Clean x̂₀").CheckAsync();
        await page.Locator("#images[data-shows='x0']").WaitForAsync();
        Assert.NotEqual(noisy, await page.PixelsAsync());
    }

    [Fact]
    public async Task A_seed_that_was_typed_or_linked_stays_and_a_random_one_is_drawn_only_where_the_switch_says_so()
    {
        var page = await browser.OpenAsync("/play");
        await ShortAsync(page);
        Assert.True(await page.Locator("input[name='random']").IsCheckedAsync());
        var drawn = await SeedOfRunAsync(page);
        Assert.NotEqual(drawn, await SeedOfRunAsync(page));

        await page.SetAsync("seed", 42);
        await page.WaitForFunctionAsync("() => !document.querySelector(\"input[name='random']\").checked");
        Assert.Equal(42, await SeedOfRunAsync(page));
        Assert.Equal(42, await SeedOfRunAsync(page));

        // Somebody else opens the link and changes one thing.
        var other = await browser.OpenAsync(new Uri(page.Url).AbsolutePath);
        await other.SetAsync("guidance", 3);
        Assert.Equal(42, await SeedOfRunAsync(other));
        await other.Locator("input[name='random']").CheckAsync();
        Assert.NotEqual(42, await SeedOfRunAsync(other));
    }

    [Fact]
    public async Task Retry_repeats_a_run_as_it_was_whatever_has_been_set_since()
    {
        var page = await StartLongAsync();
        await page.StepAsync(1);
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
        var first = await RequestAsync(page);
        var before = page.JobId();
        await page.SetAsync("steps", 3);
        await page.Locator("#retry").ClickAsync();
        await page.WaitForFunctionAsync("id => !location.pathname.endsWith(id)", before);
        Assert.Equal(first, await RequestAsync(page));
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");
    }

    [Fact]
    public async Task Settings_survive_leaving_the_page_and_the_next_visit_begins_with_the_model_that_was_used_last()
    {
        var page = await browser.OpenAsync("/play");
        // Not the first of the alphabet, but the one that comes with the program.
        Assert.Equal("mnist", await page.ChosenAsync("model"));
        await page.ChooseAsync("model", "tiny");
        await page.ChooseAsync("sampler", "UniPC");
        await page.SetAsync("steps", 7);
        await page.Locator("nav a[href=models]").ClickAsync();
        await page.Locator("h1:has-text('Models')").WaitForAsync();
        await page.Locator("nav a[href=play]").ClickAsync();
        await page.ReadyAsync();
        Assert.Equal(("tiny", "UniPC", "7"), (await page.ChosenAsync("model"), await page.ChosenAsync("sampler"),
            await page.ValueAsync("steps")));

        await page.GotoAsync("/play");
        await page.ReadyAsync();
        await page.WaitForFunctionAsync("() => document.querySelector(\"input[name='steps']\").value === '7'");
        Assert.Equal(("tiny", "UniPC"), (await page.ChosenAsync("model"), await page.ChosenAsync("sampler")));
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_setting_that_was_typed_just_before_leaving_is_there_on_the_next_visit()
    {
        // Far enough from the server that the page is left before it has answered.
        await using var wire = new SlowWire(browser.Address, TimeSpan.FromMilliseconds(200));
        var page = await browser.OpenAsync("/play", server: wire.Address);
        await page.SetAsync("steps", 7);
        await page.Locator("nav a[href=models]").ClickAsync();
        await page.Locator("h1:has-text('Models')").WaitForAsync();
        await page.GotoAsync("/play");
        await page.WaitForFunctionAsync("() => document.querySelector(\"input[name='steps']\").value === '7'");
    }

    [Fact]
    public async Task Back_and_forward_step_through_the_runs_and_the_navigation_begins_afresh()
    {
        var page = await browser.OpenAsync("/play");
        await ShortAsync(page);
        await page.SetAsync("seed", 1);
        await SeedOfRunAsync(page);
        var first = page.JobId();
        await page.SetAsync("seed", 2);
        await SeedOfRunAsync(page);
        var second = page.JobId();

        await page.GoBackAsync();
        await page.WaitForFunctionAsync(SeedIs, "1");
        Assert.Equal(first, page.JobId());
        await page.StepAsync(2);
        await page.GoForwardAsync();
        await page.WaitForFunctionAsync(SeedIs, "2");
        Assert.Equal(second, page.JobId());
        await page.Locator("nav a[href=play]").ClickAsync();
        await page.Locator(".examples").WaitForAsync();
        Assert.Equal("2", await page.ValueAsync("seed"));
        await page.GoBackAsync();
        await page.WaitForFunctionAsync("id => location.pathname.endsWith(id)", second);
        await page.StepAsync(2);
    }

    [Fact]
    public async Task An_image_is_looked_at_large_stepped_through_zoomed_and_saved()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 2);
        await page.SetAsync("count", 3);
        await page.SetAsync("seed", 5);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 2 steps.");
        await page.StepAsync(2);
        Assert.Equal("Image 2: class 1 · seed 6", await page.Tile(2).GetAttributeAsync("aria-label"));
        await page.Tile(2).HoverAsync();
        await page.Tile(2).GetByText("class 1 · seed 6").WaitForAsync();

        await page.Tile(2).ClickAsync();
        var caption = page.Locator("#viewer-caption");
        Assert.Equal("2 / 3 class 1 · seed 6", await caption.InnerTextAsync());
        await page.SuitsEveryoneAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("3 / 3 class 2 · seed 7", await caption.InnerTextAsync());
        var fit = (await page.Locator("#viewer canvas").BoundingBoxAsync())!.Width;
        Assert.Equal(0, fit % 28);
        await page.Keyboard.PressAsync("-");
        Assert.True((await page.Locator("#viewer canvas").BoundingBoxAsync())!.Width < fit);
        await page.Keyboard.PressAsync("0");
        Assert.Equal(fit, (await page.Locator("#viewer canvas").BoundingBoxAsync())!.Width);

        var saved = await SaveAsync(page, () => page.Keyboard.PressAsync("s"));
        var large = await SaveAsync(page, () => page.Locator("#save-large").ClickAsync());
        Assert.Equal((28, 224), (PictureFile.Decode(saved).Width, PictureFile.Decode(large).Width));
        Assert.Contains("Seed: 7", PngFile.ReadText(large)["parameters"], StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#viewer").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        // The large view's Esc was its own.
        Assert.Equal("Image 3: class 2 · seed 7", await page.EvaluateAsync<string>("document.activeElement.ariaLabel"));

        await page.Locator("#download summary").ClickAsync();
        await page.Radio("×8").CheckAsync();
        using var zip = new ZipArchive(new MemoryStream(await SaveAsync(page, () => page.Locator("#save-all").ClickAsync())));
        Assert.Equal(["00.png", "01.png", "02.png"], zip.Entries.Select(e => e.FullName));
    }

    [Fact]
    public async Task Images_of_another_model_than_the_one_that_is_chosen_say_so_and_lead_back_to_it()
    {
        var page = await browser.OpenAsync("/play");
        await page.Locator(".examples h3:has-text('mnist')").WaitForAsync();
        await page.SetAsync("steps", 1);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        Assert.Equal(0, await page.Locator("#other-model").CountAsync());
        await page.ChooseAsync("model", "tiny");
        await page.Locator("#other-model:has-text('Made with “mnist”')").WaitForAsync();
        await page.Locator("#other-model button").ClickAsync();
        await page.Locator("#other-model").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal("mnist", await page.ChosenAsync("model"));
    }

    [Fact]
    public async Task An_example_is_one_click_away_and_comes_out_as_it_is_shown()
    {
        var page = await browser.OpenAsync("/play");
        var shown = await page.FilePixelsAsync((await page.Locator("[data-example=Eights] img").GetAttributeAsync("src"))!);
        await page.Locator("[data-example=Eights]").ClickAsync();
        await page.StatusAsync("Done: 15 steps.");
        await page.StepAsync(15);
        // Another processor may round otherwise in the last digit.
        var made = await page.PixelsAsync();
        Assert.Equal(shown.Length, made.Length);
        Assert.InRange(shown.Zip(made).Average(p => Math.Abs(p.First - p.Second)), 0, 1);
        Assert.Equal("DPM++ 2M", await page.ChosenAsync("sampler"));
        Assert.Equal("8", await page.Locator("input[name='class']:checked").GetAttributeAsync("value"));
    }

    [Fact]
    public async Task Model_calls_and_steps_are_told_apart()
    {
        var page = await browser.OpenAsync("/play");
        await page.ChooseAsync("sampler", "Heun");
        await page.SetAsync("steps", 5);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 5 steps, 9 model calls.");
    }

    [Fact]
    public async Task On_a_phone_the_images_come_into_view()
    {
        var page = await browser.OpenAsync("/play", width: 390, height: 844);
        await ShortAsync(page);
        await page.Locator("input[name='seed']").ScrollIntoViewIfNeededAsync();
        await page.GenerateAsync();
        await page.StepAsync(2);
        await page.WaitForFunctionAsync("""
            () => {
              const { top, bottom } = document.querySelector('#images .tile').getBoundingClientRect();
              return top >= 0 && bottom <= innerHeight;
            }
            """);
    }

    [Fact]
    public async Task Ctrl_Enter_generates_and_Escape_cancels()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 1000);
        await page.SetAsync("count", 64);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.StepAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await page.StatusAsync("Canceled after");
    }

    [Fact]
    public async Task A_job_that_does_not_exist_is_said_so()
    {
        var page = await browser.OpenAsync("/jobs/none");
        await page.Locator("[role=alert]:has-text(\"There is no job “none”\")").WaitForAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_page_suits_everyone_in_both_themes_before_and_after_a_run(int width)
    {
        var page = await browser.OpenAsync("/play", width: width);
        await page.SuitsEveryoneAsync();
        await page.SetAsync("steps", 2);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        await page.SuitsEveryoneAsync();
    }

    private static async Task ShortAsync(IPage page)
    {
        await page.SetAsync("steps", 2);
        await page.SetAsync("count", 1);
    }

    private static async Task<JsonElement> JobAsync(IPage page)
        => (await (await page.Context.APIRequest.GetAsync($"/api/v1/jobs/{page.JobId()}")).JsonAsync())!.Value;

    private static async Task<string> RequestAsync(IPage page) => (await JobAsync(page)).GetProperty("request").GetRawText();

    // Generates, and waits for the end.
    private static async Task<long> SeedOfRunAsync(IPage page)
    {
        var before = new Uri(page.Url).AbsolutePath;
        await page.Locator("#generate").ClickAsync();
        await page.WaitForFunctionAsync("path => location.pathname !== path", before);
        await page.StatusAsync("Done");
        return (await JobAsync(page)).GetProperty("request").GetProperty("seed").GetInt64();
    }

    private static async Task<byte[]> SaveAsync(IPage page, Func<Task> save)
    {
        var download = await page.RunAndWaitForDownloadAsync(save);
        await using var stream = await download.CreateReadStreamAsync();
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task<IPage> StartLongAsync()
    {
        var page = await browser.OpenAsync("/play");
        await page.StartLongAsync();
        return page;
    }
}
