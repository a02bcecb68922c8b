using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Playground.Client.Components;
using Playground.Client.Resources;

namespace Playground.Client.Tests.Components;

public sealed class NumberTextTests : ComponentTest
{
    [Theory]
    [InlineData("50", 50)]
    [InlineData(" 50 ", 50)]
    [InlineData("-3", -3)]
    public void Whole_numbers_are_read(string text, int value)
    {
        Assert.True(NumberText.TryParse<int>(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("1e-4", 1e-4)]
    [InlineData("-2", -2)]
    [InlineData(".5", 0.5)]
    public void Numbers_are_read_with_a_point_before_decimals(string text, double value)
    {
        Assert.True(NumberText.TryParse<double>(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("5 0")]
    [InlineData("99999999999")]
    [InlineData("½")]
    public void What_is_no_whole_number_is_not_read(string text) => Assert.False(NumberText.TryParse<int>(text, out _));

    [Theory]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("")]
    public void What_is_no_finite_number_is_not_read(string text) => Assert.False(NumberText.TryParse<double>(text, out _));

    [Fact]
    public void Only_a_number_that_may_be_missing_can_be_empty()
    {
        Assert.True(NumberText.TryParse<double?>(" ", out var none));
        Assert.Null(none);
        Assert.True(NumberText.TryParse<double?>("0.25", out var some));
        Assert.Equal(0.25, some);
        Assert.Null(Problem<double?>("", 0, 1));
        Assert.Equal("Enter a number from 0 to 1.", Problem<double>("", 0, 1));
    }

    [Fact]
    public void Numbers_that_are_written_can_be_read_again()
    {
        foreach (var number in new[] { 0, 2e-4, 1.0 / 3, 12345.678, 1e-12 })
        {
            Assert.True(NumberText.TryParse<double>(NumberText.Format(number), out var read));
            Assert.Equal(number, read);
        }
        Assert.True(NumberText.TryParse<ulong>(NumberText.Format(ulong.MaxValue), out var largest));
        Assert.Equal(ulong.MaxValue, largest);
        Assert.Equal("", NumberText.Format<double?>(null));
    }

    [Theory]
    [InlineData("1,5", "“1,5” is not a whole number. Enter a whole number from 1 to 1,000.")]
    [InlineData("abc", "“abc” is not a whole number. Enter a whole number from 1 to 1,000.")]
    [InlineData("", "Enter a whole number from 1 to 1,000.")]
    [InlineData("0", "0 is too small. Enter a whole number from 1 to 1,000.")]
    [InlineData("1001", "1001 is too large. Enter a whole number from 1 to 1,000.")]
    [InlineData("99999999999", "99999999999 is too large. Enter a whole number from 1 to 1,000.")]
    [InlineData("1", null)]
    [InlineData("1000", null)]
    public void A_problem_names_the_value_the_limits_and_what_to_do(string text, string? problem)
        => Assert.Equal(problem, Problem<int>(text, 1, 1000));

    [Theory]
    [InlineData("1,5", null, null, "“1,5” is not a number. Enter a number. Use a point before decimals.")]
    [InlineData("-1", 0.0, null, "-1 is too small. Enter a number of 0 or more.")]
    [InlineData("3", null, 2.5, "3 is too large. Enter a number of at most 2.5.")]
    public void Open_limits_are_said_as_such(string text, double? least, double? most, string problem)
        => Assert.Equal(problem, Problem<double>(text, least, most));

    [Fact]
    public void A_text_that_goes_on_and_on_is_cut_short_in_the_message()
        => Assert.InRange(Problem<int>(new string('x', 10_000), 1, 2)!.Length, 40, 120);

    [Fact]
    public void The_problem_is_said_in_the_visitors_language()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.Equal("“1,5”不是数字。 请输入 0 到 1 之间的数字。 小数点请使用句点。", Problem<double>("1,5", 0, 1));
    }

    private string? Problem<T>(string text, double? least, double? most)
        => NumberText.Problem<T>(text, least, most, Services.GetRequiredService<IStringLocalizer<SharedTexts>>());
}
