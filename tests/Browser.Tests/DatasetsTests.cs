using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

public sealed class DatasetsTests(BrowserFixture browser)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_zip_of_cats_and_dogs_is_reported_and_some_of_it_becomes_a_version()
    {
        var zip = await DatasetsPage.CatsAndDogsAsync();
        Assert.SkipWhen(zip is null, "shared/data/cifar10-jpg.tar.xz is not there: the thousand pictures of CIFAR-10 were not uploaded.");
        var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
        await page.DropAsync("pets.zip", zip);
        await page.MadeAsync();
        Assert.Equal([("cat", "500"), ("dog", "500")], await page.BarsAsync("Images by class"));
        Assert.Equal([("17–32", "1,000")], await page.BarsAsync("Images by shorter side, in pixels"));

        // Three by mouse, the second to the fourth of a range, then the whole other class by its box.
        await page.Tiles().Nth(0).ClickAsync();
        await page.Tiles().Nth(2).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await page.Locator("#wall-count:has-text('3 selected')").WaitForAsync();
        await page.Locator("#exclude").ClickAsync();
        await page.Locator("#wall .tile.out").Nth(2).WaitForAsync();
        await page.Locator("input[aria-label='Name of the class cat']").FillAsync("kitten");
        await page.Locator("input[aria-label='Name of the class cat']").BlurAsync();
        await page.Locator("#make-version").ClickAsync();
        await page.Locator("#state:has-text('997 images, 2 classes')").WaitForAsync();
        var made = await DatasetAsync(page);
        var version = made["versions"]![1]!;
        Assert.Equal("""[{"name":"kitten","count":497},{"name":"dog","count":500}]""", version["classes"]!.ToJsonString());
        Assert.Equal(1000, (int)made["versions"]![0]!["count"]!);
    }

    [Fact]
    public async Task The_wall_holds_thousands_and_keys_move_choose_and_leave_out()
    {
        var page = await MakeAsync(2000);
        Assert.InRange(await page.Tiles().CountAsync(), 20, 250);
        await page.Locator("#wall").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.Locator("#wall .tile.active[id='picture-1999']").WaitForAsync();
        Assert.InRange(await page.Tiles().CountAsync(), 10, 250);
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await page.Locator("#wall-count:has-text('2 selected')").WaitForAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.Locator("#picture-1999.out").WaitForAsync();
        await page.Locator("#picture-1998.out").WaitForAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Locator("#wall .tile.active[id='picture-0']").WaitForAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Locator("#wall-count:has-text('2,000 selected')").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#make-version").ClickAsync();
        await page.Locator("#state:has-text('1,998 images')").WaitForAsync();

        await page.ChooseAsync("show", "Excluded");
        await page.Locator("#wall-count:has-text('2 images')").WaitForAsync();
        Assert.Contains("show=out", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await page.Locator("#wall-count:has-text('2 images')").WaitForAsync();
    }

    [Fact]
    public async Task A_folder_is_uploaded_whole_with_its_names()
    {
        var folder = Directory.CreateTempSubdirectory("folder-").FullName;
        try
        {
            var name = new string('n', 120) + " ü.png";
            Directory.CreateDirectory(Path.Combine(folder, "letters", "a"));
            Directory.CreateDirectory(Path.Combine(folder, "letters", "b"));
            await File.WriteAllBytesAsync(Path.Combine(folder, "letters", "a", name), Pictures(1)[0], Ct);
            await File.WriteAllTextAsync(Path.Combine(folder, "letters", "a", Path.ChangeExtension(name, ".txt")), "a long name", Ct);
            await File.WriteAllBytesAsync(Path.Combine(folder, "letters", "b", "2.png"), Pictures(2)[1], Ct);
            var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
            await page.Locator("#folder").SetInputFilesAsync(Path.Combine(folder, "letters"));
            await page.MadeAsync();
            Assert.Equal([("a", "1"), ("b", "1")], await page.BarsAsync("Images by class"));
            var pictures = JsonNode.Parse(await GetAsync(page, "/pictures"))!["pictures"]!.AsArray();
            Assert.Equal([$"letters/a/{name}", "letters/b/2.png"], pictures.Select(p => (string)p!["name"]!));
            Assert.Equal("a long name", (string)pictures[0]!["caption"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_upload_that_was_cut_off_by_a_reload_goes_on_where_it_was()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("large-").FullName, "large.zip");
        var zip = new ZipForge().Add("junk.bin", RandomNumberGenerator.GetBytes(40 << 20));
        foreach (var (picture, i) in Pictures(3).Select((p, i) => (p, i))) zip.Add($"{i}.png", picture);
        await File.WriteAllBytesAsync(file, zip.ToArray(), Ct);

        var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
        var parts = 0;
        await page.RouteAsync("**/api/v1/uploads/*", route => route.Request.Method == "PATCH" && Interlocked.Increment(ref parts) > 1
            ? route.AbortAsync() : route.ContinueAsync());
        await page.Locator("#files").SetInputFilesAsync(file);
        await page.WaitForFunctionAsync(
            "() => Number(document.querySelector('.upload [role=progressbar]')?.ariaValueNow) >= 16 * 1024 * 1024");
        await page.Locator("button[aria-label='Pause']").ClickAsync();
        await page.Locator(".upload:has-text('paused')").WaitForAsync();

        await page.UnrouteAllAsync();
        var offsets = new List<string>();
        page.Request += (_, r) => { if (r.Method == "PATCH") offsets.Add(r.Headers["upload-offset"]); };
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await page.ReloadAsync();
        await page.Locator("#drop[data-ready]").WaitForAsync();
        await page.Locator("td:has-text('% uploaded')").WaitForAsync();
        await page.Locator("#files").SetInputFilesAsync(file);
        await page.MadeAsync();
        Assert.Equal($"{16 << 20}", offsets[0]);
        var made = await DatasetAsync(page);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Ct))),
            (string)made["report"]!["files"]![0]!["sha256"]!);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task What_cannot_be_used_is_said_and_a_data_set_can_be_renamed_and_deleted()
    {
        var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
        await page.DropAsync("notes.txt.png", "no picture"u8.ToArray());
        await page.Locator("#error:has-text('None of the 1 files is an image')").WaitForAsync();

        page = await MakeAsync(3);
        await page.Locator("#rename").ClickAsync();
        await page.Locator("input[name='name']").FillAsync("Noise & more");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("h1:has-text('Noise & more')").WaitForAsync();
        var address = page.Url;
        await page.Locator("#delete").ClickAsync();
        await page.Locator("[role=dialog] button:has-text('Delete')").ClickAsync();
        await page.WaitForFunctionAsync("() => location.pathname === '/datasets'");
        await page.GotoAsync(address);
        await page.Locator("[role=alert]:has-text('There is no data set')").WaitForAsync();
    }

    [Fact]
    public async Task Edits_that_are_in_no_version_are_not_lost_without_a_question()
    {
        var page = await MakeAsync(3);
        await page.Tiles().First.ClickAsync();
        await page.Locator("#exclude").ClickAsync();
        await page.Locator(".pending:has-text('1 image excluded')").WaitForAsync();
        // Another look at the same version keeps them.
        await page.ChooseAsync("show", "Included");
        await page.Locator("#wall .tile.out").WaitForAsync();
        await page.Locator("nav a[href='models']").ClickAsync();
        await page.Locator("[role=dialog]:has-text('Discard unsaved changes?')").WaitForAsync();
        await page.SuitsEveryoneAsync();
        await page.Locator("[role=dialog] button:has-text('Cancel')").ClickAsync();
        await page.Locator(".pending:has-text('1 image excluded')").WaitForAsync();
        Assert.Contains("/datasets/", page.Url, StringComparison.Ordinal);
        await page.Locator("nav a[href='models']").ClickAsync();
        await page.Locator("[role=dialog] button:has-text('Discard changes')").ClickAsync();
        await page.WaitForFunctionAsync("() => location.pathname === '/models'");
    }

    [Fact]
    public async Task An_address_that_must_not_be_read_is_refused_on_the_page()
    {
        var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
        await page.Locator("input[name='address']").FillAsync("http://127.0.0.1/x.zip");
        await page.Locator("input[name='address']").BlurAsync();
        await page.Locator("button:has-text('Import')").ClickAsync();
        await page.Locator("#error:has-text('not on the public internet')").WaitForAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    [Trait("Category", "long")]
    public async Task The_pages_suit_everyone_in_both_themes(int width)
    {
        var made = new Uri((await MakeAsync(40)).Url).AbsolutePath;
        foreach (var path in new[] { "/datasets", made })
        {
            var page = await browser.OpenAsync(path, width: width, ready: DatasetsPage.Ready);
            if (path == made)
            {
                await page.Tiles().First.WaitForAsync();
                await page.SetAsync("size", 24);
                await page.Locator("#make-version").WaitForAsync();
            }
            await page.SuitsEveryoneAsync();
        }
    }

    private async Task<IPage> MakeAsync(int pictures)
    {
        var page = await browser.OpenAsync("/datasets", ready: DatasetsPage.Ready);
        await page.DropAsync("noise.zip", DatasetsPage.Noise(pictures));
        await page.MadeAsync();
        await page.Tiles().First.WaitForAsync();
        return page;
    }

    private async Task<JsonNode> DatasetAsync(IPage page) => JsonNode.Parse(await GetAsync(page, ""))!;

    private async Task<string> GetAsync(IPage page, string path)
    {
        using var http = new HttpClient { BaseAddress = browser.Address };
        return await http.GetStringAsync($"/api/v1/datasets/{page.DatasetId()}{path}", Ct);
    }

    private static byte[][] Pictures(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var pixels = new byte[16 * 16];
        new Random(i).NextBytes(pixels);
        return Playground.Core.Imaging.PngFile.Encode(new(1, 16, 16, 1, pixels));
    })];
}
