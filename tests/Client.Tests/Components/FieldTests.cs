using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

public sealed class FieldTests : ComponentTest
{
    private readonly List<int> _changes = [];

    [Fact]
    public void A_number_within_the_limits_is_handed_on_once()
    {
        var field = Steps(50);
        Input(field).Change("20");
        Input(field).Change("20");
        Assert.Equal([20], _changes);
        Assert.Empty(field.FindAll("[role=alert]"));
        Assert.Equal("false", Input(field).GetAttribute("aria-invalid"));
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1001")]
    public void Anything_else_stays_as_typed_with_a_message_and_is_not_handed_on(string text)
    {
        var field = Steps(50);
        Input(field).Change(text);
        Assert.Empty(_changes);
        Assert.Equal(text, Input(field).GetAttribute("value"));
        Assert.Equal("true", Input(field).GetAttribute("aria-invalid"));
        var message = One(field, "[role=alert]");
        Assert.Contains("from 1 to 1,000", message.TextContent, StringComparison.Ordinal);
        Assert.Contains(message.Id!, Input(field).GetAttribute("aria-describedby")!.Split(' '));
    }

    [Fact]
    public void The_same_value_from_the_page_leaves_what_is_typed_and_another_one_replaces_it()
    {
        var field = Steps(50);
        Input(field).Change("abc");
        field.Render(p => p.Add(f => f.Value, 50));
        Assert.Equal("abc", Input(field).GetAttribute("value"));
        field.Render(p => p.Add(f => f.Value, 60));
        Assert.Equal("60", Input(field).GetAttribute("value"));
        Assert.Empty(field.FindAll("[role=alert]"));
    }

    [Fact]
    public void A_limit_that_moves_is_checked_again()
    {
        var field = Steps(500);
        Input(field).Change("900");
        field.Render(p => p.Add(f => f.Value, 900).Add(f => f.Max, 600));
        Assert.Equal("900 is too large. Enter a whole number from 1 to 600.", One(field, "[role=alert]").TextContent);
        field.Render(p => p.Add(f => f.Max, 1000));
        Assert.Empty(field.FindAll("[role=alert]"));
    }

    [Fact]
    public void What_the_server_says_is_shown_where_the_field_finds_nothing_itself()
    {
        var field = Steps(50);
        field.Render(p => p.Add(f => f.Problem, "Steps are at most 40 here."));
        Assert.Equal("Steps are at most 40 here.", One(field, "[role=alert]").TextContent);
        Input(field).Change("abc");
        Assert.Contains("abc", One(field, "[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_label_and_the_hint_belong_to_the_input()
    {
        var field = Render<Field<double>>(p => p.Add(f => f.Label, "Guidance").Add(f => f.Hint, "1 is off.").Add(f => f.Name, "guidance")
            .Add(f => f.Value, 2.5).Add(f => f.Step, 0.5).Add(f => f.Min, 0).Add(f => f.Max, 20));
        var input = One(field, "input[name=guidance]");
        Assert.Equal("Guidance", One(field, $"label[for={input.Id}]").TextContent);
        Assert.Equal("1 is off.", One(field, $"#{input.GetAttribute("aria-describedby")}").TextContent);
        Assert.Equal(("2.5", "0.5", "0", "20", "decimal"),
            (input.GetAttribute("value"), input.GetAttribute("data-step"), input.GetAttribute("data-min"), input.GetAttribute("data-max"),
            input.GetAttribute("inputmode")));
    }

    [Fact]
    public void A_number_that_may_be_missing_can_be_emptied()
    {
        var changes = new List<double?>();
        var field = Render<Field<double?>>(p => p.Add(f => f.Label, "β start").Add(f => f.Value, 0.1)
            .Add(f => f.ValueChanged, changes.Add));
        One(field, "input").Change("");
        Assert.Equal([null], changes);
        Assert.Empty(field.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task A_group_knows_whether_all_of_its_fields_can_be_used()
    {
        var isShown = true;
        RenderFragment fields = b =>
        {
            if (!isShown) return;
            b.OpenComponent<Field<int>>(0);
            b.AddAttribute(1, "Label", "Steps");
            b.AddAttribute(2, "Value", 50);
            b.CloseComponent();
        };
        var group = Render<FieldGroup>(p => p.Add(g => g.ChildContent, fields));
        Assert.True(await group.InvokeAsync(group.Instance.CheckAsync));
        One(group, "input").Change("abc");
        Assert.False(await group.InvokeAsync(group.Instance.CheckAsync));
        JSInterop.VerifyInvoke("import");
        isShown = false;
        group.Render(p => p.Add(g => g.ChildContent, b => fields(b)));
        Assert.True(await group.InvokeAsync(group.Instance.CheckAsync));
    }

    private IRenderedComponent<Field<int>> Steps(int value)
        => Render<Field<int>>(p => p.Add(f => f.Label, "Steps").Add(f => f.Name, "steps").Add(f => f.Min, 1).Add(f => f.Max, 1000)
            .Add(f => f.Value, value).Add(f => f.ValueChanged, _changes.Add));

    private static IElement Input(IRenderedComponent<Field<int>> field) => One(field, "input");
}
