using System.Globalization;
using System.IO.Compression;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Playground.Core.Imaging;

namespace Playground.Browser.Tests;

/// <summary>From a zip of pictures to a model of one's own, without a terminal.</summary>
public sealed class TrainTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const int Pictures = 60, Side = 8;

    [Fact]
    public async Task From_an_uploaded_zip_a_tiny_network_is_trained_paused_reloaded_resumed_stopped_and_sampled_from()
    {
        var page = await browser.OpenAsync("/play");
        await UploadAsync(page);

        await OpenTrainAsync(page);
        Assert.Contains("2 classes", await page.Locator("#dataset option:checked").InnerTextAsync(), StringComparison.Ordinal);
        await FillAsync(page, "steps", "100000");
        await FillAsync(page, "batchSize", "8");
        await FillAsync(page, "learningRate", "2");
        await FillAsync(page, "checkpointEvery", "20");
        await FillAsync(page, "sampleEvery", "10");
        await FillAsync(page, "sampleCount", "4");
        await page.Locator("#start").ClickAsync();
        await page.Locator(".field:has(#f-learningRate) [role=alert]:has-text('at most 1')").WaitForAsync();
        await FillAsync(page, "learningRate", "0.002");
        await page.Locator("#measure").ClickAsync();
        await page.Locator("#estimate:has-text('a step')").WaitForAsync();
        Assert.Empty((await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" ", v.Nodes.Select(n => n.Html))}"));
        await page.Locator("#start").ClickAsync();

        await page.WaitForURLAsync(url => url.Split('/')[^1].Length == 32, new() { WaitUntil = WaitUntilState.Commit });
        await CurveBeyondAsync(page, 5);
        var early = await PointsAsync(page);
        await page.Locator("#sample[data-step]").WaitForAsync();
        var (step, source) = (await page.Locator("#sample").GetAttributeAsync("data-step"), await page.Locator("#sample").GetAttributeAsync("src"));
        var first = await page.FilePixelsAsync("/" + source);
        await page.WaitForFunctionAsync("step => Number(document.querySelector('#sample').dataset.step) > Number(step)", step);
        Assert.NotEqual(first, await page.FilePixelsAsync("/" + await page.Locator("#sample").GetAttributeAsync("src")));
        Assert.True(await PointsAsync(page) > early);

        // Scrubbed with the arrow keys, it stays at what was looked at.
        await page.Locator("#scrub").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Locator("#sample[data-step='10']").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator("#sample[data-step='20']").WaitForAsync();

        await page.Locator("#pause").ClickAsync();
        await StatusAsync(page, "Paused after step");
        var paused = await page.Locator("#status").InnerTextAsync();
        await page.ReloadAsync();
        await StatusAsync(page, paused);
        await page.Locator("#charts[data-points]").WaitForAsync();
        var before = await PointsAsync(page);
        Assert.True(before > early);
        Assert.Empty((await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" ", v.Nodes.Select(n => n.Html))}"));

        await page.Locator("#resume").ClickAsync();
        await page.WaitForFunctionAsync("points => Number(document.querySelector('#charts').dataset.points) > points", before);
        await page.Locator("#stop").ClickAsync();
        await StatusAsync(page, "Done:");

        await page.Locator("button.link").First.ClickAsync();
        await page.Locator("input[name='name']").FillAsync("stripes");
        await page.Locator(".checkpoints form button").ClickAsync();
        await page.Locator(".checkpoints [role=status]:has-text(\"'stripes' is installed\")").WaitForAsync();

        await page.Locator(".uses a").First.ClickAsync();
        await page.ReadyAsync();
        await page.SetAsync("steps", 3);
        await page.SetAsync("count", 4);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 3 steps.");
        await page.StepAsync(3);
        Assert.Equal(2 * Side * 2 * Side * 4, (await page.PixelsAsync()).Length);
        Assert.True((await page.PixelsAsync()).Where((_, i) => i % 4 != 3).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task The_page_is_fit_for_everyone_in_the_dark_and_on_a_phone(ColorScheme theme, int width)
    {
        var page = await browser.OpenAsync("/play", theme, width);
        await OpenTrainAsync(page);
        await page.Locator(".settings summary").ClickAsync();
        Assert.Empty((await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" ", v.Nodes.Select(n => n.Html))}"));
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
    }

    private static async Task OpenTrainAsync(IPage page)
    {
        await page.GotoAsync("/train");
        await page.Locator(".train[data-ready]").WaitForAsync();
    }

    private static async Task FillAsync(IPage page, string field, string value)
    {
        var input = page.Locator($"input[name='{field}']");
        await input.FillAsync(value);
        await input.BlurAsync();
    }

    private static Task StatusAsync(IPage page, string text) => page.Locator($"#status:has-text('{text}')").WaitForAsync();

    private static Task CurveBeyondAsync(IPage page, int points) => page.WaitForFunctionAsync("points => Number(document.querySelector('#charts')?.dataset.points) > points", points);

    private static async Task<int> PointsAsync(IPage page) => int.Parse((await page.Locator("#charts").GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    private static async Task UploadAsync(IPage page)
    {
        await page.GotoAsync("/datasets");
        await page.Locator("#drop[data-ready]").WaitForAsync();
        await page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "stripes.zip", MimeType = "application/zip", Buffer = Zip() });
        await page.WaitForURLAsync(url => url.Contains("/datasets/", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator("#pictures, #error").First.WaitForAsync();
        Assert.Equal("60 pictures, 2 classes", await page.Locator("#state").InnerTextAsync());
    }

    // Two classes, stripes across and down, each picture with a brightness of its own.
    private static byte[] Zip()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < Pictures; i++)
            {
                var pixels = new byte[Side * Side];
                for (var p = 0; p < pixels.Length; p++) pixels[p] = (byte)((i % 2 == 0 ? p % Side : p / Side) % 4 < 2 ? 255 - i : i);
                using var entry = zip.CreateEntry($"{(i % 2 == 0 ? "down" : "across")}/{i:D3}.png").Open();
                entry.Write(PngFile.Encode(new PictureBatch(1, Side, Side, 1, pixels)));
            }
        }
        return bytes.ToArray();
    }
}
