using Microsoft.Playwright;
using Playground.Core.Imaging;

namespace Playground.Browser.Tests;

/// <summary>The Play page's section "Start from a picture".</summary>
public sealed class StartPictureTests(BrowserFixture browser)
{
    // A white bar on black, at the shipped model's size.
    private static readonly byte[] s_bar = PngFile.Encode(new(1, 28, 28, 1,
        [.. Enumerable.Range(0, 784).Select(i => i % 28 is 13 or 14 ? (byte)255 : (byte)0)]));

    private const string Painted = "() => Number(document.querySelector('.sketch').dataset.painted)";

    [Fact]
    public async Task What_is_not_painted_over_stays_to_the_pixel_and_comes_back_with_the_job()
    {
        var page = await OpenAsync("Inpaint");
        await UploadAsync(page, 0, s_bar);
        // A stroke down the right part of the picture.
        var canvas = page.Locator("[data-slot='0'] canvas");
        await canvas.ScrollIntoViewIfNeededAsync();
        var box = (await canvas.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width * 0.75f, box.Y + box.Height * 0.2f);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width * 0.75f, box.Y + box.Height * 0.8f);
        await page.Mouse.UpAsync();
        var painted = await page.EvaluateAsync<int>(Painted);
        Assert.InRange(painted, 50, 200);

        await page.SetAsync("steps", 10);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 10 steps.");
        await page.StepAsync(10);
        var pixels = (await page.PixelsAsync()).Where((_, i) => i % 4 == 0).ToArray();
        var source = PictureFile.Decode(s_bar).Pixels;
        Assert.InRange(pixels.Zip(source).Count(p => p.First != p.Second), 1, painted);
        Assert.All(Enumerable.Range(0, 784).Where(i => i % 28 < 15), i => Assert.Equal(source[i], pixels[i]));

        await page.ReloadAsync();
        await page.ReadyAsync();
        await page.WaitForFunctionAsync($"painted => ({Painted})() === painted", painted);
        Assert.True(await page.Radio("Inpaint").IsCheckedAsync());
    }

    [Fact]
    public async Task The_mask_is_painted_by_keyboard_cleared_inverted_and_erased()
    {
        var page = await OpenAsync("Inpaint");
        await UploadAsync(page, 0, s_bar);
        var canvas = page.Locator("[data-slot='0'] canvas");
        await canvas.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        var dab = await page.EvaluateAsync<int>(Painted);
        Assert.InRange(dab, 9, 25);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Space");
        Assert.True(await page.EvaluateAsync<int>(Painted) > dab);
        await page.GetByText("Invert").ClickAsync();
        await page.WaitForFunctionAsync($"most => ({Painted})() > most", 784 - 2 * dab);
        await page.GetByText("Clear").ClickAsync();
        await page.WaitForFunctionAsync($"() => ({Painted})() === 0");

        await page.Locator("#generate").ClickAsync();
        await page.Locator("[role=alert]:has-text('Paint over the part to redraw first')").WaitForAsync();
    }

    [Fact]
    public async Task A_result_is_used_as_the_next_start_and_two_make_a_row_between()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 10);
        await page.SetAsync("count", 2);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 10 steps.");
        await page.Tile(2).ClickAsync();
        await page.Locator("#use").ClickAsync();
        await page.Locator("[data-slot='0'] canvas[data-picture]").WaitForAsync();
        Assert.True(await page.Radio("Image").IsCheckedAsync());

        await page.GenerateAsync();
        await page.StatusAsync("Done: 10 steps, 6 model calls.");
        await page.Radio("Interpolate").CheckAsync();
        await page.Tile(1).ClickAsync();
        await page.Locator("#use").ClickAsync();
        await page.Locator("[data-slot='1'] canvas[data-picture]").WaitForAsync();
        await page.SetAsync("count", 3);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 10 steps, 40 model calls.");
        await page.StepAsync(40);
        Assert.Equal(56 * 56 * 4, (await page.PixelsAsync()).Length);
    }

    [Fact]
    public async Task What_is_not_a_picture_and_what_is_missing_are_said_so()
    {
        var page = await OpenAsync("Interpolate");
        await page.Locator("#generate").ClickAsync();
        await page.Locator("[role=alert]:has-text('Choose the two images')").WaitForAsync();
        await page.Locator("[data-slot='1'] input[type=file]")
            .SetInputFilesAsync(new FilePayload { Name = "text.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await page.Locator("[role=alert]:has-text('not an image')").WaitForAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_open_sections_suit_everyone_in_both_themes(int width)
    {
        var page = await OpenAsync("Inpaint", width);
        await UploadAsync(page, 0, s_bar);
        await page.Locator("#detail summary").ClickAsync();
        await page.SuitsEveryoneAsync();
        await page.Radio("Interpolate").CheckAsync();
        await page.SuitsEveryoneAsync();
    }

    private async Task<IPage> OpenAsync(string start, int width = 1280)
    {
        var page = await browser.OpenAsync("/play", width: width);
        await page.Radio(start).CheckAsync();
        await page.Locator("[data-slot='0']").WaitForAsync();
        return page;
    }

    private static async Task UploadAsync(IPage page, int slot, byte[] png)
    {
        await page.Locator($"[data-slot='{slot}'] input[type=file]")
            .SetInputFilesAsync(new FilePayload { Name = "bar.png", MimeType = "image/png", Buffer = png });
        await page.Locator($"[data-slot='{slot}'] canvas[data-picture]").WaitForAsync();
    }
}
