using Playground.Settings;

namespace Playground.Core.Tests.Text;

public sealed class CaptionTemplateTests
{
    [Theory]
    [InlineData("{text}")]
    [InlineData("{text}, {style_2}")]
    [InlineData("{颜色}{class}")]
    [InlineData("a photo")]
    public void A_template_of_text_and_fields_has_no_problem(string template) => Assert.Null(CaptionTemplate.ProblemOf(template));

    [Theory]
    [InlineData("{text")]
    [InlineData("text}")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("{{text}}")]
    [InlineData("{two words}")]
    [InlineData("{text}, {style")]
    public void A_brace_that_is_part_of_no_field_is_a_problem_that_names_the_template(string template)
        => Assert.Equal($"The caption template '{template}' has a brace that is part of no field; write fields as {{name}}, such as "
            + "{text}, and leave other braces out.", CaptionTemplate.ProblemOf(template));

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void An_empty_template_is_a_problem(string template)
        => Assert.StartsWith("A caption template is empty", CaptionTemplate.ProblemOf(template), StringComparison.Ordinal);
}
