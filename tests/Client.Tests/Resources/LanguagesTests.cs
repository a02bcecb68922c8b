using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Playground.Client.Resources;

namespace Playground.Client.Tests.Resources;

public sealed class LanguagesTests : ComponentTest
{
    [Theory]
    [InlineData("zh", "zh-Hans")]
    [InlineData("zh-CN", "zh-Hans")]
    [InlineData("zh-Hant-TW", "zh-Hans")]
    [InlineData("EN-gb", "en")]
    [InlineData("de", null)]
    [InlineData("*", null)]
    [InlineData("", null)]
    public void A_tag_finds_its_language_whatever_its_region(string tag, string? code) => Assert.Equal(code, Languages.Find(tag)?.Code);

    [Fact]
    public void All_languages_write_numbers_as_fields_take_them()
        => Assert.All(Languages.All, l => Assert.Equal("-1,234.5", (-1234.5).ToString("N1", l.Culture)));

    [Theory]
    [InlineData("en", 1, "1 image of x")]
    [InlineData("en", 0, "0 images of x")]
    [InlineData("en", 1200, "1,200 images of x")]
    [InlineData("zh-Hans", 1, "x 的 1 张图像")]
    [InlineData("zh-Hans", 1200, "x 的 1,200 张图像")]
    public void A_count_has_the_form_that_its_language_wants(string language, int count, string text)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Assert.Equal(text, Services.GetRequiredService<IStringLocalizer<PlayTexts>>().Plural("ImagesOf", count, "x"));
    }

    [Theory]
    [InlineData("en", "Close dialog")]
    [InlineData("zh-Hans", "关闭对话框")]
    public void The_librarys_own_texts_are_ours(string language, string text)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        MudLocalizer localizer = new MudTextLocalizer(Services.GetRequiredService<IStringLocalizer<MudTexts>>());
        Assert.Equal(text, localizer["MudDialog_Close"].Value);
        Assert.True(localizer["MudCarousel_Next"].ResourceNotFound);
    }
}
