using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>
/// Somebody who made things as a member and may only look now: keys do nothing that their buttons, which are gone, would have done. And
/// what somebody sees in another time zone.
/// </summary>
public sealed partial class ViewerKeysTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    // What changes something, on whatever page, in whatever menu.
    private const string Changing = "#star, #unstar, #tag, .move, #share, #delete, #restore, #share-gallery, #new-board, #viewer-share, "
        + "#generate, #save-gallery, #share-run, #pick, #exclude, #include, #make-version, [data-do=star], [data-do=share], "
        + "[data-do=delete], [data-do=pin], [data-do=use], .rating button, input[type=file]";

    [Fact]
    public async Task Keys_of_a_viewer_change_nothing_in_the_gallery_on_play_and_on_the_wall_of_a_data_set()
    {
        var page = await accounts.MemberAsync("mia");
        var run = await MakeImagesAsync(page);
        await page.GotoAsync("/datasets");
        await page.Locator(DatasetsPage.Ready).First.WaitForAsync();
        await page.DropAsync("noise.zip", DatasetsPage.Noise(12));
        await page.MadeAsync();
        var dataset = new Uri(page.Url).AbsolutePath;
        await accounts.SetRoleAsync("mia", "viewer");
        var (images, jobs) = (await GetAsync(page, "/api/v1/gallery/images"), await GetAsync(page, "/api/v1/jobs"));

        await page.GotoAsync("/gallery");
        await page.Locator("#gallery-wall[data-ready]").WaitForAsync();
        await page.Locator("#gallery-wall .tile img").First.WaitForAsync();
        await page.Locator("#gallery-wall").FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Locator("#gallery-count:has-text('4 selected')").WaitForAsync();
        await PressAsync(page, ".", "3", "Delete", "Backspace", "Control+z");
        await NothingChangesAsync(page);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#viewer[open]").WaitForAsync();
        await page.Locator("#open-in-play").WaitForAsync();
        await PressAsync(page, ".", "3", "Delete", "Backspace");
        await NothingChangesAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#gallery-wall").FocusAsync();
        // Still all of them: nothing has been deleted, and nothing has taken the selection away.
        await page.Locator("#gallery-count:has-text('4 selected')").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#gallery-count:has-text('4 images')").WaitForAsync();

        await page.GotoAsync($"/jobs/{run}");
        await page.ReadyAsync();
        await page.StatusAsync("Done");
        await PressAsync(page, "Control+Enter", "Escape");
        await page.Locator("[data-run] a").First.FocusAsync();
        await PressAsync(page, "Delete", "p");
        await page.Tile(1).ClickAsync();
        await page.Locator("#viewer[open]").WaitForAsync();
        await PressAsync(page, "u");
        await NothingChangesAsync(page);

        await page.GotoAsync(dataset);
        await page.Locator("#wall .tile").First.WaitForAsync();
        await page.Locator("#wall").FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Locator("#wall-count:has-text('12 selected')").WaitForAsync();
        await PressAsync(page, "Delete", "Insert", "End");
        await page.Locator("#wall .tile.active[id='picture-11']").WaitForAsync();
        // Marking takes the selection away; keys are answered in their order.
        Assert.Contains("12 selected", await page.Locator("#wall-count").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("#wall .tile.out, .pending").CountAsync());
        await NothingChangesAsync(page);

        Assert.Equal(images, await GetAsync(page, "/api/v1/gallery/images"));
        Assert.Equal(jobs, await GetAsync(page, "/api/v1/jobs"));
    }

    [Theory]
    [InlineData("Asia/Tokyo", "2031-03-29 10:30")]
    [InlineData("America/New_York", "2031-03-28 21:30")]
    [InlineData("UTC", "2031-03-29 01:30")]
    public async Task The_end_of_a_link_is_shown_as_the_readers_own_clock_has_it(string zone, string expected)
    {
        var name = $"zoe-{zone.Length}";
        var page = await accounts.MemberAsync(name, zone);
        var run = await MakeImagesAsync(page);
        var status = await page.EvaluateAsync<int>("""
            async run => (await fetch('/api/v1/shares', { method: 'POST', headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ kind: 'run', target: run, expires: '2031-03-29T01:30:00Z' }) })).status
            """, run);
        Assert.InRange(status, 200, 299);
        await page.GotoAsync("/shares");
        var end = page.Locator("local-time[datetime='2031-03-29T01:30:00Z']");
        await end.WaitForAsync();
        Assert.Equal(expected, await end.EvaluateAsync<string>("e => e.shadowRoot.textContent"));

        // A day of the share's dialog is twenty-four hours from now, wherever one is.
        await page.GotoAsync("/gallery");
        // The script has attached to the page: clicks now reach the server.
        await page.Locator("#gallery-wall[data-ready]").WaitForAsync();
        await page.Locator("#share-gallery").ClickAsync();
        await page.ChooseAsync("share-expires", "In a day");
        await page.Locator("#create-link").ClickAsync();
        await page.Locator("#share-link").WaitForAsync();
        var shares = JsonDocument.Parse(await GetAsync(page, "/api/v1/shares")).RootElement.EnumerateArray().ToList();
        var made = shares.Single(s => s.GetProperty("kind").GetString() == "gallery").GetProperty("expires").GetDateTimeOffset();
        Assert.InRange(made - DateTimeOffset.UtcNow, TimeSpan.FromHours(23.5), TimeSpan.FromHours(24));
    }

    // The id of a run whose four images are in the gallery.
    private static async Task<string> MakeImagesAsync(IPage page)
    {
        await page.GotoAsync("/play");
        await page.ReadyAsync();
        await page.SetAsync("steps", 2);
        await page.SetAsync("count", 4);
        await page.GenerateAsync();
        await page.StatusAsync("Done");
        await page.Locator("#save-gallery").ClickAsync();
        await page.Locator("#show-gallery").WaitForAsync();
        return page.JobId();
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys) await page.Keyboard.PressAsync(key);
    }

    private static async Task NothingChangesAsync(IPage page)
    {
        Assert.Equal(0, await page.Locator(Changing).CountAsync());
        Assert.Equal(0, await page.Locator("[role=alert].problem, .mud-dialog, #gallery-notice").CountAsync());
    }

    // But for what says when something was looked at.
    private static async Task<string> GetAsync(IPage page, string path)
        => Moving().Replace(await page.EvaluateAsync<string>("async path => (await fetch(path)).text()", path), "");

    [GeneratedRegex("\"sequence\":\\d+,?")]
    private static partial Regex Moving();
}
