using MudBlazor;

namespace Playground.Client.Layout;

/// <summary>
/// The design system's colors, type and shape: one accent, neutral secondary, red only for what destroys and what failed.
/// Both palettes are on the page at once, and the <c>data-theme</c> of the root element chooses, so changing the theme needs no server.
/// Every color of text has a contrast of at least 4.5 to every surface that it is put on; a test computes them.
/// </summary>
public static class PlaygroundTheme
{
    private static readonly string[] s_text =
    [
        "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei",
        "sans-serif",
    ];

    private static readonly PaletteLight s_light = new()
    {
        Black = "#16181d",
        Primary = "#4b53c9",
        PrimaryContrastText = "#ffffff",
        Secondary = "#454c5b",
        SecondaryContrastText = "#ffffff",
        Tertiary = "#454c5b",
        TertiaryContrastText = "#ffffff",
        Info = "#4b53c9",
        InfoContrastText = "#ffffff",
        Success = "#17744a",
        SuccessContrastText = "#ffffff",
        Warning = "#865300",
        WarningContrastText = "#ffffff",
        Error = "#b92a2a",
        ErrorContrastText = "#ffffff",
        Dark = "#16181d",
        DarkContrastText = "#ffffff",
        TextPrimary = "#16181d",
        TextSecondary = "#565d6d",
        TextDisabled = "#646b7a",
        ActionDefault = "#565d6d",
        ActionDisabled = "#646b7a",
        ActionDisabledBackground = "#ecedf1",
        Background = "#f7f7f9",
        BackgroundGray = "#eff0f3",
        Surface = "#ffffff",
        DrawerBackground = "#ffffff",
        DrawerText = "#16181d",
        DrawerIcon = "#565d6d",
        AppbarBackground = "#ffffff",
        AppbarText = "#16181d",
        LinesDefault = "#e1e3e8",
        LinesInputs = "#868c9b",
        TableLines = "#e1e3e8",
        Divider = "#e1e3e8",
        DividerLight = "#eff0f3",
        OverlayDark = "rgba(15,16,20,0.45)",
    };

    private static readonly PaletteDark s_dark = new()
    {
        Black = "#0f1014",
        Primary = "#a5b0ff",
        PrimaryContrastText = "#12153a",
        Secondary = "#b9bfcc",
        SecondaryContrastText = "#16181d",
        Tertiary = "#b9bfcc",
        TertiaryContrastText = "#16181d",
        Info = "#a5b0ff",
        InfoContrastText = "#12153a",
        Success = "#5cc489",
        SuccessContrastText = "#06210f",
        Warning = "#e3ae52",
        WarningContrastText = "#261900",
        Error = "#ff8f85",
        ErrorContrastText = "#2e0906",
        Dark = "#1f222a",
        DarkContrastText = "#ecedf1",
        TextPrimary = "#ecedf1",
        TextSecondary = "#a4aab8",
        TextDisabled = "#8c92a2",
        ActionDefault = "#a4aab8",
        ActionDisabled = "#8c92a2",
        ActionDisabledBackground = "#23262e",
        Background = "#0f1014",
        BackgroundGray = "#1f222a",
        Surface = "#17191f",
        DrawerBackground = "#131519",
        DrawerText = "#ecedf1",
        DrawerIcon = "#a4aab8",
        AppbarBackground = "#131519",
        AppbarText = "#ecedf1",
        LinesDefault = "#2a2d36",
        LinesInputs = "#697080",
        TableLines = "#2a2d36",
        Divider = "#2a2d36",
        DividerLight = "#1f222a",
        OverlayDark = "rgba(0,0,0,0.6)",
    };

    /// <summary>What holds unless the root element says otherwise.</summary>
    public static MudTheme Light { get; } = Create(":root");

    /// <summary>What holds where the root element says <c>data-theme="dark"</c>.</summary>
    public static MudTheme Dark { get; } = Create(":root[data-theme=dark]");

    private static MudTheme Create(string scope) => new()
    {
        PaletteLight = s_light,
        PaletteDark = s_dark,
        PseudoCss = new PseudoCss { Scope = scope },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_text, FontSize = ".875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            H1 = new H1Typography { FontSize = "1.375rem", FontWeight = "650", LineHeight = "1.3", LetterSpacing = "-.012em" },
            H2 = new H2Typography { FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-.006em" },
            H6 = new H6Typography { FontSize = "1.0625rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-.006em" },
            Subtitle1 = new Subtitle1Typography { FontSize = ".875rem", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontSize = ".875rem", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontSize = ".875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = ".8125rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontSize = ".75rem", LetterSpacing = "normal" },
            Button = new ButtonTypography
            {
                FontSize = ".875rem",
                FontWeight = "500",
                LetterSpacing = "normal",
                LineHeight = "1.5",
                TextTransform = "none",
            },
        },
    };
}
