using Bunit;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;

namespace Playground.Client.Tests.Pages;

public sealed class ExampleRecipesTests : ComponentTest
{
    private static readonly ModelView s_model = new("words", 64, 3, null, 1000, true, "1")
    { Text = new("Stable Diffusion 1", 8, 2048, 75, 12, false) };

    public ExampleRecipesTests() => SetRendererInfo(new RendererInfo("Server", isInteractive: true));

    [Fact]
    public void A_models_own_prompts_are_tried_with_the_guidance_that_suits_it()
    {
        var tried = Try(s_model with { Text = s_model.Text! with { Guidance = 3, Prompts = ["red apple, noto", "笑脸, fluent"] } });
        Assert.Equal(["red apple, noto", "笑脸, fluent"], tried.Select(t => t.Prompt));
        Assert.All(tried, t => Assert.Equal(("words", 3), (t.Model, t.Guidance)));
    }

    [Fact]
    public void A_model_that_names_none_is_tried_with_those_of_the_page()
    {
        var tried = Try(s_model);
        Assert.Equal(["a red apple", "笑脸", "a (yellow:1.4) cat"], tried.Select(t => t.Prompt));
        Assert.All(tried, t => Assert.Equal(("words", 7.5), (t.Model, t.Guidance)));
    }

    [Theory]
    [InlineData(true, "With “words”", "With “digits”")]
    [InlineData(false, "With “digits”", "With “words”")]
    public void The_examples_of_a_model_that_reads_text_stand_first_where_it_is_chosen(bool readsText, params string[] titles)
    {
        var digits = new ModelView("digits", 28, 1, 10, 1000, true, "2");
        var page = Render<ExampleRecipes>(p => p.Add(e => e.Model, digits).Add(e => e.TextModel, s_model).Add(e => e.ReadsText, readsText));
        Assert.Equal(titles, page.FindAll("h3").Select(h => h.TextContent));
    }

    private List<SampleRequest> Try(ModelView model)
    {
        var tried = new List<SampleRequest>();
        var page = Render<ExampleRecipes>(p => p.Add(e => e.TextModel, model).Add(e => e.Chosen, tried.Add));
        // Found anew each time: a click draws them again.
        for (var i = page.FindAll("[data-example]").Count - 1; i >= 0; i--) page.FindAll("[data-example]")[i].Click();
        tried.Reverse();
        return tried;
    }
}
