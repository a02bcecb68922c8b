using Bunit;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

public sealed class SegmentedTests : ComponentTest
{
    [Fact]
    public void One_of_the_values_is_chosen_and_another_can_be()
    {
        var chosen = new List<int>();
        var segmented = Render<Segmented<int>>(p => p.Add(s => s.Label, "Size").Add(s => s.Name, "scale").Add(s => s.Value, 1)
            .Add(s => s.Options, [new(1, "×1"), new(8, "×8", "Eight times as large")]).Add(s => s.ValueChanged, chosen.Add));
        Assert.Equal("Size", One(segmented, "[role=radiogroup]").GetAttribute("aria-label"));
        Assert.Equal("×1", One(segmented, "label:has(input:checked)").TextContent.Trim());
        Assert.Equal("Eight times as large", One(segmented, "label:not(:has(input:checked))").GetAttribute("title"));
        One(segmented, "label:not(:has(input:checked)) input[name=scale]").Change("1");
        Assert.Equal([8], chosen);
    }
}
