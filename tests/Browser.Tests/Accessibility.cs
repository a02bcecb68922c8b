using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Playground.Browser.Tests;

/// <summary>What every page owes everyone.</summary>
internal static class Accessibility
{
    private const double LeastContrast = 4.5;

    // Of every button that is shown: its text against what is behind it, layer upon layer. Disabled ones count: people read them too.
    private const string Contrasts = """
        () => {
          const parse = c => {
            const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            canvas.fillStyle = c;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            return { r, g, b, a: a / 255 };
          };
          const mix = (over, under, a) => over * a + under * (1 - a);
          const over = (top, under) => ({
            r: mix(top.r, under.r, top.a), g: mix(top.g, under.g, top.a), b: mix(top.b, under.b, top.a), a: 1 });
          const behind = e => {
            const layers = [];
            for (let at = e; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
            return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
          };
          const luminance = c => [c.r, c.g, c.b].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const buttons = [...document.querySelectorAll('button, a.mud-button-root, [role=button], .drop label')];
          const shown = e => e.checkVisibility() && e.getBoundingClientRect().width > 0;
          return buttons.filter(shown).map(e => {
            const under = behind(e);
            const [a, b] = [luminance(over(parse(getComputedStyle(e).color), under)), luminance(under)].sort((x, y) => y - x);
            return { name: e.ariaLabel || e.textContent.trim(), contrast: (a + 0.05) / (b + 0.05) };
          });
        }
        """;

    // Made by Playwright, property by property.
    private sealed class Button
    {
        public string Name { get; set; } = "";

        public double Contrast { get; set; }
    }

    /// <summary>In both themes axe finds nothing of any level and every button can be read; nothing is wider than the screen.</summary>
    public static async Task SuitsEveryoneAsync(this IPage page)
    {
        var chosen = await page.EvaluateAsync<string>("document.documentElement.dataset.theme");
        foreach (var theme in new[] { "light", "dark" })
        {
            await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", theme);
            var found = await page.RunAxe();
            None(page, theme, found.Violations.SelectMany(v
                => v.Nodes.Select(n => $"{v.Id} ({v.Impact}): {n.Html} {string.Join(' ', n.Any.Select(c => c.Message))}")));
            var buttons = await page.EvaluateAsync<Button[]>(Contrasts);
            Assert.NotEmpty(buttons);
            None(page, theme, buttons.Where(b => b.Contrast < LeastContrast)
                .Select(b => $"contrast of the button '{b.Name}': {b.Contrast:0.00}"));
        }
        await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", chosen);
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
    }

    private static void None(IPage page, string theme, IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{page.Url}, {theme}:\n{string.Join('\n', all)}");
    }
}
