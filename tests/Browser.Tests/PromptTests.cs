using System.Text.Json;
using Microsoft.Playwright;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>The Play page with a model that reads text: the recorded Stable Diffusion folder of random weights, imported first.</summary>
public sealed class PromptTests(BrowserFixture browser)
{
    private const string Model = Painter.Model, Lora = Painter.Lora;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prompts_in_both_languages_a_negative_one_and_a_LoRA_each_change_the_images()
    {
        await InstallAsync();
        var page = await browser.OpenAsync("/play");
        await page.ChooseAsync("model", Model);
        await page.Locator("textarea[name='prompt']").WaitForAsync();
        Assert.Equal(0, await page.Locator(".classes").CountAsync());
        Assert.Equal(("7.5", "4"), (await page.ValueAsync("guidance"), await page.ValueAsync("count")));
        await page.SetAsync("seed", 5);
        await page.SetAsync("steps", 8);
        await page.SetAsync("count", 1);

        var english = await DrawAsync(page, "a red apple");
        Assert.Contains("tokens", await page.Locator("#prompt-hint").InnerTextAsync(), StringComparison.Ordinal);
        var chinese = await DrawAsync(page, "红苹果");
        Assert.NotEqual(english, chinese);
        Assert.Equal(english, await DrawAsync(page, "a red apple"));

        await page.Locator("textarea[name='negative-prompt']").FillAsync("blurry");
        Assert.NotEqual(english, await DrawAsync(page, "a red apple"));
        await page.Locator("textarea[name='negative-prompt']").FillAsync("");

        await page.Locator($"input[name='lora-{Lora}']").CheckAsync();
        Assert.NotEqual(english, await DrawAsync(page, "a red apple"));
        await page.Locator($"input[name='lora-{Lora}']").UncheckAsync();
        Assert.Equal(english, await DrawAsync(page, "a red apple"));

        // Ctrl+Enter from within the prompt sends what was just typed.
        await page.Locator("textarea[name='prompt']").FillAsync("红苹果");
        var before = page.JobId();
        await page.Locator("textarea[name='prompt']").PressAsync("Control+Enter");
        await page.WaitForFunctionAsync("id => !location.pathname.endsWith(id)", before);
        await page.StatusAsync("Done: 8 steps.");
        Assert.Equal(chinese, await FileAsync(page));

        // Frames come while it runs.
        await page.SetAsync("steps", 500);
        await page.RecordFramesAsync();
        await page.GenerateAsync();
        await page.WaitForFunctionAsync("() => window.frames_.length >= 2");

        // The address of a run brings all of it back.
        await page.ReloadAsync();
        await page.ReadyAsync();
        await Assertions.Expect(page.Locator("textarea[name='prompt']")).ToHaveValueAsync("红苹果");
    }

    [Fact]
    public async Task The_Evaluate_page_begins_with_the_guidance_that_suits_the_model()
    {
        await InstallAsync();
        IdxPair.WriteNoise(browser.References, "guidance-noise", 40, size: 28);
        var page = await browser.OpenAsync("/evaluate?model=mnist", ready: "#evaluate:not([disabled])");
        Assert.Equal("1", await page.ValueAsync("guidance"));
        await page.ChooseAsync("model", Model);
        await Assertions.Expect(page.Locator("input[name='guidance']")).ToHaveValueAsync("7.5");
        await page.ChooseAsync("model", "mnist");
        await Assertions.Expect(page.Locator("input[name='guidance']")).ToHaveValueAsync("1");
    }

    [Fact]
    public async Task An_image_that_is_dropped_restores_its_texts_its_LoRA_and_its_size_and_makes_the_same_image()
    {
        await InstallAsync();
        var page = await browser.OpenAsync("/play");
        await page.ChooseAsync("model", Model);
        await page.Locator("textarea[name='negative-prompt']").FillAsync("blurry (noise:1.2)");
        await page.Locator($"input[name='lora-{Lora}']").CheckAsync();
        await page.SetAsync($"strength-{Lora}", 2);
        foreach (var (field, value) in new[] { ("seed", 21), ("steps", 8), ("count", 1), ("guidance", 4), ("width", 48) })
            await page.SetAsync(field, value);
        var drawn = await DrawAsync(page, "红苹果, a (red:1.3) apple");
        var file = await ImageAsync(page);

        var other = await browser.OpenAsync("/play");
        await other.DropOnAsync("body", file, "apple.png", "image/png");
        await other.GetByText("Settings from the file “apple.png”.").WaitForAsync();
        await Assertions.Expect(other.Locator("textarea[name='prompt']")).ToHaveValueAsync("红苹果, a (red:1.3) apple");
        await Assertions.Expect(other.Locator("textarea[name='negative-prompt']")).ToHaveValueAsync("blurry (noise:1.2)");
        await Assertions.Expect(other.Locator($"input[name='lora-{Lora}']")).ToBeCheckedAsync();
        Assert.Equal(("2", "21", "8", "4", "48"), (await other.ValueAsync($"strength-{Lora}"), await other.ValueAsync("seed"),
            await other.ValueAsync("steps"), await other.ValueAsync("guidance"), await other.ValueAsync("width")));
        Assert.Equal(0, await other.Locator("#source li").CountAsync());
        Assert.Equal(drawn, await DrawAsync(other, "红苹果, a (red:1.3) apple"));
    }

    [Fact]
    public async Task Words_that_are_not_read_are_named_while_they_are_typed()
    {
        await InstallAsync();
        var page = await browser.OpenAsync("/play", locale: "zh-Hans");
        await page.ChooseAsync("model", Model);
        await page.Locator("textarea[name='prompt']").FillAsync(string.Join(' ', Enumerable.Repeat("apple", 80)) + " the last words");
        await page.Locator(".prompt .warning:has-text('the last words')").WaitForAsync();
        await page.Locator("textarea[name='prompt']").FillAsync("苹果");
        await page.Locator(".prompt .warning").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task<byte[]> DrawAsync(IPage page, string prompt)
    {
        await page.Locator("textarea[name='prompt']").FillAsync(prompt);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 8 steps.");
        var drawn = await FileAsync(page);
        Assert.Equal(prompt, JsonDocument.Parse(PngFile.ReadText(await ImageAsync(page))["playground"]).RootElement.GetProperty("prompt")
            .GetString());
        return drawn;
    }

    private static async Task<byte[]> FileAsync(IPage page) => PictureFile.Decode(await ImageAsync(page)).Pixels;

    private static async Task<byte[]> ImageAsync(IPage page)
        => await (await page.APIRequest.GetAsync($"/api/v1/jobs/{page.JobId()}/0.png")).BodyAsync();

    private Task InstallAsync() => Painter.InstallAsync(browser.Address, Ct);
}
