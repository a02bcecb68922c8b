using System.Globalization;
using System.IO.Compression;
using Microsoft.Playwright;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>From a zip of pictures to a model of one's own, without a terminal.</summary>
public sealed class TrainTests(BrowserFixture browser)
{
    [Fact]
    [Trait("Category", "long")]
    public async Task From_an_uploaded_zip_a_tiny_network_is_trained_paused_reloaded_resumed_stopped_and_sampled_from()
    {
        var zip = await DatasetsPage.CatsAndDogsAsync();
        Assert.SkipWhen(zip is null, "shared/data/cifar10-jpg.tar.xz is not there: no network was trained on CIFAR-10.");
        var page = await browser.OpenAsync("/play");
        await UploadAsync(page, "animals.zip", zip);
        Assert.Equal("1,000 images, 2 classes", await page.Locator("#state").InnerTextAsync());
        Assert.Equal([("cat", "500"), ("dog", "500")], await page.BarsAsync("Images by class"));

        await OpenTrainAsync(page);
        await ChooseDatasetAsync(page, "animals");
        await page.Locator("input[name='plan'][value='quick']").CheckAsync();
        await SetShortAsync(page);
        // A plan takes nothing back that was typed.
        foreach (var (plan, rate) in new[] { ("good", "0.0005"), ("quick", "0.002") })
        {
            await page.Locator($"input[name='plan'][value='{plan}']").CheckAsync();
            await Assertions.Expect(page.Locator("#f-learningRate")).ToHaveValueAsync(rate);
        }
        Assert.Equal("100000", await page.Locator("#f-steps").InputValueAsync());
        await FillAsync(page, "learningRate", "2");
        await page.Locator("#start").ClickAsync();
        var alert = page.Locator(".field:has(#f-learningRate) [role=alert]");
        await alert.GetByText("0 to 1").WaitForAsync();
        await FillAsync(page, "learningRate", "0.002");
        // What is below moves up when it goes.
        await alert.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#measure").ClickAsync();
        await page.Locator("#estimate:has-text('per step')").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Locator("#start").ClickAsync();
        await WatchPauseResumeAndStopAsync(page);

        await page.Locator("button.save").First.ClickAsync();
        await page.Locator(".rename input[name='name']").FillAsync("animals");
        await page.Locator(".rename button[type='submit']").ClickAsync();
        await page.Locator(".checkpoints [role=status]:has-text('“animals” is saved as a model')").WaitForAsync();
        await SampleAsync(page, side: 32);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task The_shipped_model_is_tuned_on_other_digits_and_sampled_from()
    {
        var prefix = Path.Combine(Repository.Root, "..", "shared", "data", "mnist", "t10k");
        Assert.SkipUnless(IdxDataset.Exists(prefix), "shared/data/mnist is not there: no model was tuned.");
        var page = await browser.OpenAsync("/play");
        await UploadAsync(page, "dark-digits.zip", Inverted(IdxDataset.Load(prefix), from: 5, count: 300));
        await OpenTrainAsync(page);
        await ChooseDatasetAsync(page, "dark-digits");
        await page.GetByLabel("An existing model").CheckAsync();
        await page.ChooseAsync("model", "mnist");
        await page.Locator("#class-note:has-text('The model has 10 classes, and the data set has 5.')").WaitForAsync();
        await SetShortAsync(page);
        await page.Locator("#start").ClickAsync();
        await WatchPauseResumeAndStopAsync(page);
        await CompareAsync(page);
        await SampleAsync(page, side: 28);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_Stable_Diffusion_model_is_tuned_by_adapters_on_captions_of_a_chosen_field()
    {
        await Painter.InstallAsync(browser.Address, TestContext.Current.CancellationToken);
        var page = await browser.OpenAsync("/play");
        await UploadAsync(page, "squares.zip", Captioned());
        await OpenTrainAsync(page);
        await ChooseDatasetAsync(page, "squares");
        await page.GetByLabel("Images from captions").CheckAsync();
        await page.GetByLabel("An existing model").CheckAsync();
        await page.ChooseAsync("model", Painter.Model);
        await page.Locator("input[name='autoencoder']").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByLabel("Adapters (LoRA)").CheckAsync();
        await page.Locator("input[name='train-encoder']").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // What results is shown for every choice, and a name that no image has is told before it is sent, and refused when it is.
        await page.Locator("#caption-example:has-text('red square')").WaitForAsync();
        await page.ChooseAsync("caption-field", "text_zh");
        await page.Locator("#caption-example:has-text('红色')").WaitForAsync();
        await page.ChooseAsync("caption-field", "Own templates");
        await page.Locator("textarea[name='captions']").FillAsync("{text}, {mood}");
        await page.Locator("textarea[name='captions']").BlurAsync();
        await page.Locator("#caption-example:has-text('No image of this data set says {mood}.')").WaitForAsync();
        await page.Locator("#settings summary").ClickAsync();
        foreach (var (field, value) in new[] { ("steps", "100000"), ("checkpointEvery", "20"), ("sampleEvery", "10"),
            ("sampleCount", "2") })
            await FillAsync(page, field, value);
        await page.Locator("#start").ClickAsync();
        await page.Locator(".field:has(textarea[name='captions']) [role=alert]:has-text('{mood}')").WaitForAsync();
        await page.Locator("textarea[name='captions']").FillAsync("{text}, {style}");
        await page.Locator("textarea[name='captions']").BlurAsync();
        await page.Locator("#caption-example:has-text('red square, plain')").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Locator("#start").ClickAsync();
        await WatchPauseResumeAndStopAsync(page);
    }

    // Six squares of 32×32, and what is said of them.
    private static byte[] Captioned()
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            var lines = new List<string>();
            for (var i = 0; i < 6; i++)
            {
                var pixels = new byte[32 * 32 * 3];
                for (var p = 0; p < 32 * 32; p++) pixels[3 * p + i % 3] = (byte)(255 - 40 * (i / 3));
                using (var file = zip.CreateEntry($"{i}.png").Open()) file.Write(PngFile.Encode(new PictureBatch(1, 32, 32, 3, pixels)));
                var (english, chinese) = (new[] { "red", "green", "blue" }[i % 3], new[] { "红色", "绿色", "蓝色" }[i % 3]);
                lines.Add($$"""{"file_name": "{{i}}.png", "text": "{{english}} square", "text_zh": "{{chinese}}", "style": "plain"}""");
            }
            using var metadata = new StreamWriter(zip.CreateEntry("metadata.jsonl").Open());
            metadata.Write(string.Join('\n', lines));
        }
        return content.ToArray();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_page_suits_everyone_in_both_themes(int width)
    {
        var page = await browser.OpenAsync("/play", width: width);
        await OpenTrainAsync(page);
        await page.Locator(".settings summary").ClickAsync();
        await page.SuitsEveryoneAsync();
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

    private static async Task UploadAsync(IPage page, string name, byte[] zip)
    {
        await page.GotoAsync("/datasets");
        await page.Locator("#drop[data-ready]").WaitForAsync();
        await page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/zip", Buffer = zip });
        await page.MadeAsync();
    }

    private static Task ChooseDatasetAsync(IPage page, string name) => page.ChooseAsync("dataset", $"{name}, version 1:");

    private static async Task SetShortAsync(IPage page)
    {
        await page.Locator("#settings summary").ClickAsync();
        foreach (var (field, value) in new[] { ("steps", "100000"), ("batchSize", "8"), ("checkpointEvery", "20"), ("sampleEvery", "10"),
            ("sampleCount", "4") }) await FillAsync(page, field, value);
    }

    private static async Task WatchPauseResumeAndStopAsync(IPage page)
    {
        await page.WaitForFunctionAsync("() => /train\\/[0-9a-f]{32}/.test(location.pathname)");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#charts')?.dataset.points) > 5");
        var early = await PointsAsync(page);
        await page.Locator("#sample[data-step]").WaitForAsync();
        var source = await page.Locator("#sample").GetAttributeAsync("src");
        var first = await page.FilePixelsAsync("/" + source);
        await page.WaitForFunctionAsync("source => document.querySelector('#sample').getAttribute('src') !== source", source);
        Assert.NotEqual(first, await page.FilePixelsAsync("/" + await page.Locator("#sample").GetAttributeAsync("src")));
        await page.WaitForFunctionAsync("early => Number(document.querySelector('#charts').dataset.points) > early", early);

        // Scrubbed with the arrow keys, it stays at what was looked at, unless that is the newest.
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#scrub').max) > 1");
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
        await page.SuitsEveryoneAsync();

        await page.Locator("#resume").ClickAsync();
        await page.WaitForFunctionAsync("points => Number(document.querySelector('#charts').dataset.points) > points", before);
        await page.Locator("#stop").ClickAsync();
        await StatusAsync(page, "Done:");
        // What can be done next, and a tab that names the training.
        foreach (var next in new[] { "#sample-it", "#save-it", "#evaluate-it", "#further" }) await page.Locator(next).WaitForAsync();
        Assert.DoesNotContain("Training", await page.TitleAsync(), StringComparison.Ordinal);
    }

    // A second, shorter run of the same data stands beside the first, also after a reload.
    private async Task CompareAsync(IPage page)
    {
        var first = page.Url;
        await OpenTrainAsync(page);
        await ChooseDatasetAsync(page, "dark-digits");
        await page.Locator("input[name='plan'][value='quick']").CheckAsync();
        await SetShortAsync(page);
        await FillAsync(page, "steps", "10");
        await page.Locator("#start").ClickAsync();
        await StatusAsync(page, "Done:");
        await page.Locator("#compare summary").ClickAsync();
        var id = new Uri(first).Segments[^1];
        await page.Locator($"input[name='with-{id}']").CheckAsync();
        await page.Locator("#charts[data-runs='1']").WaitForAsync();
        Assert.EndsWith($"?with={id}", page.Url, StringComparison.Ordinal);
        await page.SuitsEveryoneAsync();
        await page.ReloadAsync();
        await page.Locator("#charts[data-runs='1'][data-points]").WaitForAsync();
        await page.GotoAsync(first);
        await StatusAsync(page, "Done:");
    }

    private static async Task SampleAsync(IPage page, int side)
    {
        await page.Locator(".uses a").First.ClickAsync();
        await page.ReadyAsync();
        await page.SetAsync("steps", 3);
        await page.SetAsync("count", 4);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 3 steps.");
        await page.StepAsync(3);
        var pixels = await page.PixelsAsync();
        Assert.Equal(2 * side * 2 * side * 4, pixels.Length);
        Assert.True(pixels.Where((_, i) => i % 4 != 3).Distinct().Count() > 1);
    }

    private static Task StatusAsync(IPage page, string text) => page.Locator($"#status:has-text('{text}')").WaitForAsync();

    private static async Task<int> PointsAsync(IPage page)
        => int.Parse((await page.Locator("#charts").GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    // Dark digits on white, in a folder for each class.
    private static byte[] Inverted(IdxDataset digits, int from, int count)
    {
        var zip = new ZipForge();
        for (var i = 0; zip.Count < count; i++)
        {
            if (digits.Label(i) < from) continue;
            var pixels = new byte[digits.Height * digits.Width];
            digits.Read(i, pixels);
            zip.Add($"{digits.Label(i)}/{i:00000}.png",
                PngFile.Encode(new PictureBatch(1, digits.Height, digits.Width, 1, [.. pixels.Select(p => (byte)(255 - p))])));
        }
        return zip.ToArray();
    }
}
