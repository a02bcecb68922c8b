using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>Numbers as people type them.</summary>
public sealed class NumberFieldTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("1,5", "“1,5” is not a whole number. Enter a whole number from 1 to 1,000.")]
    [InlineData("abc", "“abc” is not a whole number. Enter a whole number from 1 to 1,000.")]
    [InlineData("", "Enter a whole number from 1 to 1,000.")]
    [InlineData("0", "0 is too small. Enter a whole number from 1 to 1,000.")]
    [InlineData("1001", "1001 is too large. Enter a whole number from 1 to 1,000.")]
    public async Task What_is_no_number_of_steps_stays_as_typed_with_a_message_and_nothing_is_started(string text, string message)
    {
        var page = await browser.OpenAsync("/play");
        var steps = page.Locator("input[name='steps']");
        await steps.FillAsync(text);
        await steps.BlurAsync();
        var alert = page.Locator(".field:has(input[name='steps']) [role=alert]");
        await alert.WaitForAsync();
        Assert.Equal(message, await alert.InnerTextAsync());
        Assert.Equal(text, await steps.InputValueAsync());
        Assert.Equal("true", await steps.GetAttributeAsync("aria-invalid"));
        Assert.Equal(await alert.GetAttributeAsync("id"), await steps.GetAttributeAsync("aria-describedby"));

        await page.Locator("#generate").ClickAsync();
        await page.WaitForFunctionAsync("() => document.activeElement.name === 'steps'");
        Assert.EndsWith("/play", page.Url, StringComparison.Ordinal);

        await page.SetAsync("steps", 2);
        await alert.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 2 steps.");
    }

    [Fact]
    public async Task Arrow_keys_step_within_the_limits()
    {
        var page = await browser.OpenAsync("/play");
        await page.SetAsync("steps", 999);
        var steps = page.Locator("input[name='steps']");
        await steps.PressAsync("ArrowUp");
        await steps.PressAsync("ArrowUp");
        Assert.Equal("1000", await steps.InputValueAsync());
        await steps.PressAsync("Shift+ArrowDown");
        Assert.Equal("990", await steps.InputValueAsync());
        var guidance = page.Locator("input[name='guidance']");
        await guidance.PressAsync("ArrowUp");
        Assert.Equal("2.5", await guidance.InputValueAsync());
        await page.WaitForFunctionAsync("() => !document.querySelector('.field [role=alert]')");
    }
}
