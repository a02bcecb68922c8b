using Playground.Client.Contracts;

namespace Playground.Client.Tests.Pages;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("threes and sevens", "threes-and-sevens")]
    [InlineData("animals, Tiny · step 20", "animals-Tiny-step-20")]
    [InlineData("../<b>", "b")]
    [InlineData("数字，快速", "数字-快速")]
    [InlineData("  ", "model")]
    [InlineData("mnist", "mnist-3")]
    public void A_name_is_suggested_that_can_be_used_and_is_free(string text, string expected)
        => Assert.Equal(expected, ModelName.Suggest(text, ["MNIST", "mnist-2"]));

    [Fact]
    public void The_number_after_a_long_name_fits()
    {
        var longest = new string('x', ModelName.MaxLength);
        Assert.Equal($"{new string('x', ModelName.MaxLength - 2)}-2", ModelName.Suggest(longest, [longest]));
    }
}
