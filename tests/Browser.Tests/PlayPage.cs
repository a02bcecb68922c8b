using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>The Play page as a visitor uses it.</summary>
internal static partial class PlayPage
{
    public const string Ready = "[data-stage][data-ready]";

    private const string Drop = """
        async ([selector, base64, name, type]) => {
          const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name, { type }));
          const target = document.querySelector(selector);
          for (const event of ['dragover', 'drop'])
            target.dispatchEvent(new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: transfer }));
        }
        """;

    // Every frame that reaches the tiles, as the step that it shows and a digest of its pixels.
    private const string RecordFrames = """
        tiles => {
          window.frames_ = [];
          new MutationObserver(() => {
            if (tiles.dataset.step === undefined) return;
            let hash = 0;
            for (const canvas of tiles.querySelectorAll('canvas'))
              for (const p of canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data) hash = (hash * 31 + p) | 0;
            window.frames_.push([Number(tiles.dataset.step), hash]);
          }).observe(tiles, { attributes: true, attributeFilter: ['data-step'] });
        }
        """;

    // All tiles as the grid that the file of them is.
    private const string Pixels = """
        tiles => {
          const all = [...tiles.querySelectorAll('canvas')];
          const columns = Math.ceil(Math.sqrt(all.length));
          const [width, height] = [all[0].width, all[0].height];
          const grid = new OffscreenCanvas(columns * width, Math.ceil(all.length / columns) * height).getContext('2d');
          grid.fillRect(0, 0, grid.canvas.width, grid.canvas.height);
          all.forEach((canvas, i) => grid.drawImage(canvas, (i % columns) * width, Math.floor(i / columns) * height));
          return Array.from(grid.getImageData(0, 0, grid.canvas.width, grid.canvas.height).data);
        }
        """;

    private const string FilePixels = """
        async url => {
          const picture = await createImageBitmap(await (await fetch(url)).blob());
          const canvas = new OffscreenCanvas(picture.width, picture.height);
          const context = canvas.getContext('2d');
          context.drawImage(picture, 0, 0);
          return Array.from(context.getImageData(0, 0, picture.width, picture.height).data);
        }
        """;

    public static ILocator Images(this IPage page) => page.Locator("#images");

    public static ILocator Tile(this IPage page, int number) => page.Locator($"#images .tile:nth-child({number})");

    public static ILocator Status(this IPage page) => page.Locator("#status");

    /// <summary>The script has attached to the page: clicks and keys now reach the server.</summary>
    public static Task ReadyAsync(this IPage page) => page.Locator(Ready).WaitForAsync();

    /// <summary>Types the settings, leaving the field after each as a visitor does.</summary>
    public static async Task SetAsync(this IPage page, string field, int value)
    {
        var input = page.Locator($"input[name='{field}']");
        await input.FillAsync(value.ToString(CultureInfo.InvariantCulture));
        await input.BlurAsync();
    }

    public static async Task ChooseAsync(this IPage page, string field, string value)
    {
        await page.Locator($".mud-select.mud-input-control:has(input[name='{field}'])").ClickAsync();
        await page.Locator($".choice-list [role=option]:has-text('{value}')").First.ClickAsync();
        await page.Locator(".choice-list.mud-popover-open").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>What a list shows as chosen.</summary>
    public static Task<string> ChosenAsync(this IPage page, string field)
        => page.Locator($".mud-select.mud-input-control input[name='{field}']").InputValueAsync();

    public static Task RecordFramesAsync(this IPage page) => page.Images().EvaluateAsync(RecordFrames);

    public static async Task<(int Step, long Digest)[]> FramesAsync(this IPage page)
        => [.. (await page.EvaluateAsync<long[][]>("window.frames_")).Select(f => ((int)f[0], f[1]))];

    public static async Task<int[]> PixelsAsync(this IPage page) => await page.Images().EvaluateAsync<int[]>(Pixels);

    public static async Task<int[]> FilePixelsAsync(this IPage page, string url) => await page.EvaluateAsync<int[]>(FilePixels, url);

    /// <summary>Waits until the tiles show at least <paramref name="step"/>.</summary>
    public static Task StepAsync(this IPage page, int step)
        => page.WaitForFunctionAsync("step => Number(document.querySelector('#images').dataset.step) >= step", step);

    /// <summary>One of a few that are all in sight.</summary>
    public static ILocator Radio(this IPage page, string name) => page.GetByRole(AriaRole.Radio, new() { Name = name, Exact = true });

    /// <summary>What a field holds.</summary>
    public static Task<string> ValueAsync(this IPage page, string field) => page.Locator($"input[name='{field}']").InputValueAsync();

    /// <summary>Waits until the status of the address's run says <paramref name="text"/>; what it says instead is in the failure.
    /// </summary>
    public static async Task StatusAsync(this IPage page, string text)
    {
        try
        {
            // For a moment after a click it is that of the run before.
            var run = page.JobId() is { Length: > 0 } id ? $".status[data-job='{id}'] " : "";
            await page.Locator($"{run}#status:has-text('{text}')").WaitForAsync();
        }
        catch (TimeoutException)
        {
            var console = string.Join("\n", (await page.ConsoleMessagesAsync()).Select(m => m.Text));
            Assert.Fail($"The status does not say '{text}'; the page says '{await page.Locator("main").InnerTextAsync()}'; its console: "
                + console);
        }
    }

    /// <summary>The step that the status tells, as soon as it tells one.</summary>
    public static async Task<int> StatusStepAsync(this IPage page)
        => int.Parse(await (await page.WaitForFunctionAsync("() => /[0-9]+/.exec(document.querySelector('#status').textContent)?.[0]"))
            .JsonValueAsync<string>(), CultureInfo.InvariantCulture);

    public static async Task GenerateAsync(this IPage page)
    {
        var before = new Uri(page.Url).AbsolutePath;
        await page.Locator("#generate").ClickAsync();
        try
        {
            await page.WaitForFunctionAsync("before => location.pathname !== before || document.querySelector('[role=alert]')", before);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Nothing came of the click: the page "
                + $"says '{await page.Status()
                    .InnerTextAsync()}'; its console: {string.Join("\n", (await page.ConsoleMessagesAsync()).Select(m => m.Text))}");
        }
        Assert.Equal(0, await page.GetByRole(AriaRole.Alert).CountAsync());
    }

    /// <summary>Starts a run that takes minutes, so that it is still under way whatever else is slow; whoever starts it cancels it.
    /// </summary>
    public static async Task StartLongAsync(this IPage page)
    {
        await page.SetAsync("steps", 1000);
        await page.SetAsync("count", 64);
        await page.GenerateAsync();
    }

    public static string JobId(this IPage page) => JobUrl().Match(page.Url).Groups[1].Value;

    [GeneratedRegex("/jobs/([0-9a-f]{32})$")]
    private static partial Regex JobUrl();

    /// <summary>Drops a file on an element, as out of a folder.</summary>
    public static Task DropOnAsync(this IPage page, string selector, byte[] file, string name, string type)
        => page.EvaluateAsync(Drop, new[] { selector, Convert.ToBase64String(file), name, type });
}
