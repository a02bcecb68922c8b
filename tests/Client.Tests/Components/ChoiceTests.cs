using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

public sealed class ChoiceTests : ComponentTest
{
    private static readonly Option<int?>[] s_classes = [new(null, "All classes, cycling"), new(0, "cat"), new(1, "dog")];

    [Theory]
    [InlineData(null, "All classes, cycling")]
    [InlineData(1, "dog")]
    public void The_value_is_shown_by_its_name_and_null_can_be_one(int? value, string text)
    {
        var choice = Classes(value);
        Assert.Equal(text, One(choice, "input[name=class]").GetAttribute("value"));
    }

    [Fact]
    public void A_value_that_is_not_among_the_options_shows_the_placeholder()
    {
        var choice = Render<Choice<int?>>(p => p.Add(c => c.Label, "Class").Add(c => c.Options, [new(0, "cat")]).Add(c => c.Value, 7)
            .Add(c => c.Placeholder, "Choose one"));
        var input = One(choice, "input");
        Assert.True(string.IsNullOrEmpty(input.GetAttribute("value")));
        Assert.Equal("Choose one", input.GetAttribute("placeholder"));
    }

    [Fact]
    public async Task What_is_chosen_is_handed_on_and_the_same_again_is_not()
    {
        var changes = new List<int?>();
        var provider = Render<MudPopoverProvider>();
        var choice = Render<Choice<int?>>(p => p.Add(c => c.Label, "Class").Add(c => c.Options, s_classes).Add(c => c.Value, 0)
            .Add(c => c.ValueChanged, changes.Add));
        var select = choice.FindComponent<MudSelect<int?>>();
        await choice.InvokeAsync(select.Instance.OpenMenu);
        provider.WaitForAssertion(() => Assert.Equal(["All classes, cycling", "cat", "dog"], provider.FindAll("[role=option]")
            .Select(o => o.TextContent.Trim())));
        await provider.FindAll("[role=option]")[2].ClickAsync(new());
        choice.Render(p => p.Add(c => c.Value, 1));
        await choice.InvokeAsync(select.Instance.OpenMenu);
        provider.WaitForAssertion(() => Assert.Equal(3, provider.FindAll("[role=option]").Count));
        await provider.FindAll("[role=option]")[2].ClickAsync(new());
        await choice.InvokeAsync(select.Instance.OpenMenu);
        provider.WaitForAssertion(() => Assert.Equal(3, provider.FindAll("[role=option]").Count));
        await provider.FindAll("[role=option]")[0].ClickAsync(new());
        Assert.Equal([1, null], changes);
    }

    [Fact]
    public void The_label_the_hint_and_the_problem_belong_to_the_list()
    {
        var choice = Render<Choice<int?>>(p => p.Add(c => c.Label, "Class").Add(c => c.Options, s_classes).Add(c => c.Hint, "A hint.")
            .Add(c => c.Problem, "There is no such class."));
        var input = One(choice, "input");
        Assert.Equal("combobox", input.GetAttribute("role"));
        Assert.Equal("Class", One(choice, $"#{input.GetAttribute("aria-labelledby")}").TextContent);
        Assert.Equal(["A hint.", "There is no such class."], input.GetAttribute("aria-describedby")!.Split(' ')
            .Select(id => One(choice, $"#{id}").TextContent));
    }

    private IRenderedComponent<Choice<int?>> Classes(int? value)
        => Render<Choice<int?>>(p => p.Add(c => c.Label, "Class").Add(c => c.Name, "class").Add(c => c.Options, s_classes)
        .Add(c => c.Value, value));
}
