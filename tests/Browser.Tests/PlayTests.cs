using Microsoft.Playwright;

namespace Playground.Browser.Tests;

public sealed class PlayTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task The_canvas_changes_through_the_steps_and_ends_as_the_finished_picture()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 20);
        await page.SetAsync("count", 4);
        await page.RecordFramesAsync();
        await page.GenerateAsync();
        await page.StatusAsync("Done: 20 steps.");
        await page.StepAsync(20);

        var frames = await page.FramesAsync();
        Assert.True(frames.Length >= 8, $"{frames.Length} frames of 20 steps reached the canvas.");
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
        var page = await StartLongAsync(count: 64);
        await page.StepAsync(2);
        var step = await page.EvaluateAsync<int>(
            "() => { document.querySelector('#cancel').click(); return Number(document.querySelector('#canvas').dataset.step); }");
        await page.StatusAsync("Canceled after");
        Assert.InRange(await page.StatusStepAsync(), step, step + 2);
    }

    [Fact]
    public async Task A_reload_in_mid_run_goes_on_where_the_job_is()
    {
        var page = await StartLongAsync(count: 8);
        await page.StepAsync(3);
        var before = await page.StatusStepAsync();
        await page.ReloadAsync();
        await page.ReadyAsync();
        await page.StepAsync(before + 3);
        Assert.Equal("8", await page.Locator("input[name='count']").InputValueAsync());
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
    public async Task The_switch_shows_the_estimate_of_the_clean_pictures()
    {
        var page = await StartLongAsync(count: 8);
        await page.StepAsync(1);
        await page.GetByLabel("Show the clean estimate").ClickAsync();
        await page.Locator("#canvas[data-shows='x0']").WaitForAsync();
        await page.GetByLabel("Show the clean estimate").ClickAsync();
        await page.Locator("#canvas[data-shows='xt']").WaitForAsync();
        await page.Locator("#cancel").ClickAsync();
        await page.StatusAsync("Canceled after");

        var noisy = await page.PixelsAsync();
        await page.GetByLabel("Show the clean estimate").ClickAsync();
        await page.Locator("#canvas[data-shows='x0']").WaitForAsync();
        Assert.NotEqual(noisy, await page.PixelsAsync());
    }

    [Fact]
    public async Task Ctrl_Enter_generates_and_Escape_cancels()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 1000);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.StepAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await page.StatusAsync("Canceled after");
    }

    [Fact]
    public async Task A_job_that_does_not_exist_is_said_so()
    {
        var page = await browser.OpenAsync("/jobs/none");
        await page.Locator("[role=alert]:has-text(\"There is no job 'none'\")").WaitForAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
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

    private async Task<IPage> StartLongAsync(int count)
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 1000);
        await page.SetAsync("count", count);
        await page.GenerateAsync();
        return page;
    }
}
