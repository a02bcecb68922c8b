using MudBlazor;
using MudBlazor.Utilities;
using Playground.Client.Layout;

namespace Playground.Client.Tests.Layout;

public sealed class PlaygroundThemeTests
{
    private const double Text = 4.5, Shape = 3;

    public static TheoryData<string, Palette> Palettes
        => new() { { "light", PlaygroundTheme.Light.PaletteLight }, { "dark", PlaygroundTheme.Dark.PaletteDark } };

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Text_can_be_read_on_every_surface(string name, Palette palette)
    {
        MudColor[] surfaces = [palette.Background, palette.BackgroundGray, palette.Surface, palette.DrawerBackground];
        MudColor[] texts = [palette.TextPrimary, palette.TextSecondary, palette.Primary, palette.Secondary, palette.Error, palette.Success,
            palette.Warning, palette.ActionDefault];
        foreach (var surface in surfaces)
            foreach (var text in texts)
                Assert.True(Contrast(text, surface) >= Text, $"{name}: {text} on {surface} has {Contrast(text, surface):0.00}");
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Filled_buttons_can_be_read_disabled_ones_too(string name, Palette palette)
    {
        foreach (var (text, surface) in new[]
        {
            (palette.PrimaryContrastText, palette.Primary), (palette.SecondaryContrastText, palette.Secondary),
                (palette.ErrorContrastText, palette.Error),
            (palette.SuccessContrastText, palette.Success), (palette.WarningContrastText, palette.Warning),
                (palette.InfoContrastText, palette.Info),
            (palette.ActionDisabled, palette.ActionDisabledBackground), (palette.ActionDisabled, palette.Background),
                (palette.TextDisabled, palette.Surface),
        })
            Assert.True(Contrast(text, surface) >= Text, $"{name}: {text} on {surface} has {Contrast(text, surface):0.00}");
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void The_borders_of_inputs_stand_out(string name, Palette palette)
    {
        foreach (var surface in new[] { palette.Background, palette.Surface })
            Assert.True(Contrast(palette.LinesInputs, surface) >= Shape,
                $"{name}: {palette.LinesInputs} on {surface} has {Contrast(palette.LinesInputs, surface):0.00}");
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void There_is_one_accent_the_secondary_is_neutral_and_red_means_one_thing(string name, Palette palette)
    {
        Assert.Equal(palette.Primary, palette.Info);
        Assert.InRange(palette.Secondary.S, 0, 0.2);
        Assert.Equal(palette.Secondary, palette.Tertiary);
        var reds = new[] { palette.Primary, palette.Secondary, palette.Success, palette.Warning, palette.Error }.Where(c
            => c.H is < 20 or > 340);
        Assert.True(reds.Single() == palette.Error, name);
    }

    [Fact]
    public void The_root_element_chooses_between_the_two_without_the_server()
        => Assert.Equal((":root", ":root[data-theme=dark]"), (PlaygroundTheme.Light.PseudoCss.Scope, PlaygroundTheme.Dark.PseudoCss.Scope));

    [Fact]
    public void No_font_is_fetched()
    {
        foreach (var typography in new[] { PlaygroundTheme.Light.Typography, PlaygroundTheme.Dark.Typography })
        {
            Assert.Equal("system-ui", typography.Default.FontFamily![0]);
            Assert.All(new[] { typography.H1, typography.H2, typography.H6, typography.Body1, typography.Body2, typography.Button,
                typography.Caption }, t => Assert.True(t.FontFamily is null or ["system-ui", ..]));
        }
    }

    // WCAG 2.2, 1.4.3.
    private static double Contrast(MudColor a, MudColor b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(MudColor color) => 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

    private static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92
        : Math.Pow((channel / 255.0 + 0.055) / 1.055, 2.4);
}
