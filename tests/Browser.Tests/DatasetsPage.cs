using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>The Data sets pages as a visitor uses them, and files to bring.</summary>
internal static partial class DatasetsPage
{
    /// <summary>The script has attached to the page: what is dropped or clicked now counts.</summary>
    public const string Ready = "#drop[data-ready], #dataset[data-ready]";

    private const string Drop = """
        ([name, base64]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name));
          document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """;

    /// <summary>Lets a file fall on the page.</summary>
    public static Task DropAsync(this IPage page, string name, byte[] file)
        => page.EvaluateAsync(Drop, new[] { name, Convert.ToBase64String(file) });

    /// <summary>Waits until the page shows a data set that is ready.</summary>
    public static async Task MadeAsync(this IPage page)
    {
        await page.WaitForFunctionAsync("() => /datasets\\/[0-9a-f]{32}/.test(location.pathname)");
        await page.Locator("#pictures, #error").First.WaitForAsync();
        if (await page.Locator("#error").CountAsync() > 0) Assert.Fail(await page.Locator("#error").InnerTextAsync());
    }

    /// <summary>The rows of a chart: name and count.</summary>
    public static async Task<IReadOnlyList<(string Name, string Count)>> BarsAsync(this IPage page, string title)
    {
        var rows = await page.Locator($"table.bars:has(caption:text-is('{title}')) tbody tr").AllAsync();
        var bars = new List<(string, string)>();
        foreach (var row in rows) bars.Add((await row.Locator("th").InnerTextAsync(), await row.Locator("td.number").InnerTextAsync()));
        return bars;
    }

    public static string DatasetId(this IPage page) => DatasetUrl().Match(page.Url).Groups[1].Value;

    /// <summary>The pictures in view on the wall.</summary>
    public static ILocator Tiles(this IPage page) => page.Locator("#wall .tile");

    /// <summary>A zip of pictures of noise in two folders.</summary>
    public static byte[] Noise(int count, int side = 16)
    {
        var zip = new ZipForge();
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[side * side * 3];
            random.NextBytes(pixels);
            zip.Add($"{(i % 4 == 0 ? "few" : "many")}/{i:0000}.png", PngFile.Encode(new PictureBatch(1, side, side, 3, pixels)));
        }
        return zip.ToArray();
    }

    /// <summary>Five hundred cats and five hundred dogs of CIFAR-10 in a zip; null where CIFAR is not at hand.</summary>
    public static async Task<byte[]?> CatsAndDogsAsync()
    {
        var archive = Path.Combine(Repository.Root, "..", "shared", "data", "cifar10-jpg.tar.xz");
        if (!File.Exists(archive)) return null;
        var folder = Directory.CreateTempSubdirectory("cifar-").FullName;
        try
        {
            using (var tar = Process.Start("tar", ["xJf", archive, "-C", folder, "--wildcards", "train/cat/0[0-4]*.jpg",
                "train/dog/0[0-4]*.jpg"])) await tar.WaitForExitAsync(TestContext.Current.CancellationToken);
            var zip = new ZipForge();
            foreach (var file in Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                zip.Add(Path.GetRelativePath(folder, file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal(1000, zip.Count);
            return zip.ToArray();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("/datasets/([0-9a-f]{32})")]
    private static partial Regex DatasetUrl();
}
