using System.IO.Compression;
using Microsoft.Playwright;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

public sealed class ModelsTests(BrowserFixture browser)
{
    // Drops files on an element as a visitor's hand does; the browser has no other way to bring them there.
    private const string Drop = """
        async ([selector, name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name));
          const zone = document.querySelector(selector);
          zone.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
          zone.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """;

    [Fact]
    public async Task A_zip_that_is_dropped_becomes_a_model_that_samples_is_renamed_and_deleted()
    {
        var page = await OpenAsync("/models");
        await DropAsync(page, "dropped.zip", Zip());
        await page.Locator(".note:has-text('dropped is installed')").WaitForAsync();
        await page.Locator(".card h2 a:text-is('dropped')").ClickAsync();
        await page.Locator("h1:text-is('dropped')").WaitForAsync();

        await page.GetByText("Sample in Play").ClickAsync();
        await page.ReadyAsync();
        Assert.Equal("dropped", await page.ChosenAsync("model"));
        await page.SetAsync("steps", 3);
        await page.SetAsync("count", 1);
        await page.GenerateAsync();
        await page.StatusAsync("Done: 3 steps.");

        await page.GotoAsync("/models/dropped");
        await ClickUntilAsync(page, "#rename", page.Locator(".mud-dialog"));
        await page.Locator("input[name='name']").FillAsync("tiny");
        await page.Locator(".mud-dialog button[type='submit']").ClickAsync();
        await page.Locator(".mud-dialog [role=alert]:has-text(\"The name 'tiny' is taken\")").WaitForAsync();
        await page.Locator("input[name='name']").FillAsync("other.name");
        await page.Locator(".mud-dialog button[type='submit']").ClickAsync();
        await page.Locator("h1:text-is('other.name')").WaitForAsync();
        Assert.EndsWith("/models/other.name", page.Url, StringComparison.Ordinal);

        await ClickUntilAsync(page, "#delete", page.Locator(".mud-dialog"));
        await page.Locator(".mud-dialog button[type='submit']").ClickAsync();
        await page.Locator("h1:text-is('Models')").WaitForAsync();
        await page.Locator(".card h2 a:text-is('tiny')").WaitForAsync();
        Assert.Equal(0, await page.Locator(".card h2 a:text-is('other.name')").CountAsync());
    }

    [Fact]
    public async Task A_folder_that_is_chosen_becomes_a_model_and_what_was_left_out_is_said()
    {
        using var model = new TinyModel();
        var folder = Path.Combine(Path.GetDirectoryName(model.Folder)!, "chosen-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.Move(model.Folder, folder);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "x", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "unet", "diffusion_pytorch_model.bin"), "x",
                TestContext.Current.CancellationToken);
            var page = await OpenAsync("/models");
            await page.Locator("#model-folder").SetInputFilesAsync(folder);
            var name = Path.GetFileName(folder);
            await page.Locator($".note:has-text('{name} is installed')").WaitForAsync();
            Assert.Equal([$"{name}/notes.txt: not a part of the model",
                $"{name}/unet/diffusion_pytorch_model.bin: pickled, so it was not read"], await page.Locator(".note li")
                .AllInnerTextsAsync());
        }
        finally
        {
            Directory.Move(folder, model.Folder);
        }
    }

    [Fact]
    public async Task What_is_no_model_is_refused_in_words_and_the_page_goes_on()
    {
        var page = await OpenAsync("/models");
        await DropAsync(page, "model.ckpt", [1, 2, 3]);
        await page.Locator("[role=alert]:has-text(\"'model.ckpt' is pickled\")").WaitForAsync();
        await DropAsync(page, "again.zip", Zip());
        await page.Locator(".note:has-text('again is installed')").WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Alert).CountAsync());
    }

    [Fact]
    public async Task The_programs_own_model_is_deleted_only_when_its_name_is_typed()
    {
        var page = await OpenAsync("/models/mnist");
        await ClickUntilAsync(page, "#delete", page.Locator(".mud-dialog"));
        await page.Locator(".mud-dialog input[name='confirm']").FillAsync("something");
        await page.Locator(".mud-dialog button[type='submit']").ClickAsync();
        await page.Locator(".mud-dialog [role=alert]:has-text('came with the program')").WaitForAsync();
        await page.Locator(".mud-dialog button:has-text('Cancel')").ClickAsync();
        await page.Locator(".mud-dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task A_model_is_exported_by_its_link()
    {
        var page = await OpenAsync("/models/tiny");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Export").ClickAsync());
        Assert.Equal("tiny.zip", download.SuggestedFilename);
        using var zip = ZipFile.OpenRead(await download.PathAsync());
        Assert.Contains("tiny/unet/diffusion_pytorch_model.safetensors", zip.Entries.Select(e => e.FullName));
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_said_so()
        => await (await OpenAsync("/models/none")).Locator("[role=alert]:has-text(\"There is no model “none”\")").WaitForAsync();

    [Theory]
    [InlineData("/models", 1280)]
    [InlineData("/models", 390)]
    [InlineData("/models/mnist", 1280)]
    [InlineData("/models/mnist", 390)]
    [Trait("Category", "long")]
    public async Task The_pages_and_their_dialogs_suit_everyone_in_both_themes(string path, int width)
    {
        var page = await OpenAsync(path, width);
        await page.SuitsEveryoneAsync();
        if (path == "/models") return;
        foreach (var button in new[] { "#delete", "#rename" })
        {
            await ClickUntilAsync(page, button, page.Locator(".mud-dialog"));
            await page.SuitsEveryoneAsync();
            await page.Keyboard.PressAsync("Escape");
            await page.Locator(".mud-dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }

    private Task<IPage> OpenAsync(string path, int width = 1280)
        => browser.OpenAsync(path, width: width, ready: path == "/models" ? "#import[data-ready]" : "h1");

    // A page that has come without its circuit shows the button before the button does anything.
    private static async Task ClickUntilAsync(IPage page, string button, ILocator shown)
    {
        while (await shown.CountAsync() == 0)
        {
            await page.Locator(button).ClickAsync();
            try
            {
                await shown.WaitForAsync(new() { Timeout = 3000 });
            }
            catch (TimeoutException)
            {
                // Once more.
            }
        }
    }

    private static Task DropAsync(IPage page, string name, byte[] content)
        => page.EvaluateAsync(Drop, new[] { "#import", name, Convert.ToBase64String(content) });

    private static byte[] Zip()
    {
        using var model = new TinyModel();
        using var bytes = new MemoryStream();
        ZipFile.CreateFromDirectory(model.Folder, bytes);
        return bytes.ToArray();
    }
}
