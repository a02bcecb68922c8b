using System.Globalization;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class GenerationParametersTests
{
    [Fact]
    public void The_last_line_has_the_form_that_other_tools_read() =>
        Assert.Equal(
            "class 3\nSteps: 50, Sampler: DDIM, CFG scale: 2.5, Seed: 7, Size: 28x32, Model hash: 0123456789, Model: mnist",
            GenerationParameters.Format("class 3", 50, "DDIM", 2.5, 7, 28, 32, "0123456789", "mnist"));

    [Fact]
    public void Without_a_prompt_there_is_only_the_last_line() =>
        Assert.StartsWith("Steps: 1,", GenerationParameters.Format("", 1, "DDPM", 1, 0, 8, 8, "0", "m"));

    [Fact]
    public void A_name_with_a_comma_is_quoted() =>
        Assert.EndsWith("Model: \"a, 数\"", GenerationParameters.Format("", 1, "DDPM", 1, 0, 8, 8, "0", "a, 数"));

    [Fact]
    public void Numbers_do_not_follow_the_machine_s_language()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Contains("CFG scale: 1.5,", GenerationParameters.Format("", 1, "DDPM", 1.5, 0, 8, 8, "0", "m"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
