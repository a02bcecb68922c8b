using Playground.Server.Evaluations;

namespace Playground.Server.Tests;

public sealed class EvaluatedClassesTests
{
    [Theory]
    [InlineData("three,seven", "seven,three", "seven:1 three:0")]
    [InlineData("three,seven", "seven,0", "seven:1 0:alone")]
    [InlineData("", "seven,three", "seven:0 three:1")]
    [InlineData("three,seven", "", "three:0 seven:1")]
    [InlineData("", "", "0:0 1:1")]
    public void Classes_meet_by_their_names_where_both_sides_have_them_and_by_their_numbers_otherwise(string real, string generated,
        string expected)
    {
        var classes = new EvaluatedClasses(Split(real), Split(generated));
        var keys = new[] { classes.KeyOf(0)!, classes.KeyOf(1)! };
        Assert.Equal(expected, string.Join(' ', keys.Select(k => $"{classes.NameOf(k)}:{(k[0] == '~' ? "alone" : k)}")));
        Assert.Null(classes.KeyOf(-1));
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
