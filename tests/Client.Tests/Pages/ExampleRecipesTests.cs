using Bunit;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;

namespace Playground.Client.Tests.Pages;

public sealed class ExampleRecipesTests : ComponentTest
{
    private static readonly ModelView s_model = new("words", 64, 3, null, 1000, true, "1")
    { Text = new("Stable Diffusion 1", 8, 2048, 75, 12, false) };

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

    private List<SampleRequest> Try(ModelView model)
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        var tried = new List<SampleRequest>();
        var page = Render<ExampleRecipes>(p => p.Add(e => e.TextModel, model).Add(e => e.Chosen, tried.Add));
        // Found anew each time: a click draws them again.
        for (var i = page.FindAll("[data-example]").Count - 1; i >= 0; i--) page.FindAll("[data-example]")[i].Click();
        tried.Reverse();
        return tried;
    }
}
