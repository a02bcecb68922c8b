using Playground.Core;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Tests.Metrics;

public sealed class PromptFollowingTests
{
    private static readonly FeatureMatrix s_real = new(3, 2, [0, 0, 10, 0, 0, 10]);
    private static readonly string[][] s_captions = [["red apple", "红苹果"], ["blue car"], ["Blue  Car", "car"]];

    [Fact]
    public void An_image_follows_its_prompt_where_the_nearest_real_one_has_it_as_a_caption()
    {
        var drawn = new FeatureMatrix(5, 2, [1, 1, 9, 1, 9, 1, 1, 9, 5, -1]);
        var found = PromptFollowing.Of(s_real, s_captions, drawn, ["红苹果", "red apple", "BLUE car", "blue car", "green tree"],
            TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 1, 2], found.Nearest.Take(4));
        Assert.Equal([true, false, true, true, false], found.Followed);
        Assert.Equal([true, true, true, true, false], found.Asked);
        Assert.Equal((3, 4, 0.75), (found.FollowedCount, found.AskedCount, found.Share));
        var score = found.ToScore(real: 3);
        Assert.Equal(("prompt-following", 0.75, false), (score.Id, score.Value, score.LowerIsBetter));
        // Wilson's interval of 3 in 4.
        Assert.InRange(score.Interval!.Low, 0.300, 0.302);
        Assert.InRange(score.Interval.High, 0.953, 0.955);
        Assert.StartsWith("1 of 5 images were drawn from prompts that are no caption", Assert.Single(score.Warnings).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_prompt_is_a_caption_there_is_no_share_and_lists_that_do_not_fit_are_refused()
    {
        var drawn = new FeatureMatrix(1, 2, [1, 1]);
        var found = PromptFollowing.Of(s_real, s_captions, drawn, ["green tree"], TestContext.Current.CancellationToken);
        Assert.Null(found.Share);
        Assert.Null(found.ToScore(3).Value);
        Assert.Contains("There are 3 captions for 3 real images, and 2 prompts for 1 drawn ones",
            Assert.Throws<PlaygroundException>(() => PromptFollowing.Of(s_real, s_captions, drawn, ["a", "b"],
                TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}
