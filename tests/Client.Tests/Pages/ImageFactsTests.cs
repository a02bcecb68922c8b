using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;
using Playground.Client.Resources;

namespace Playground.Client.Tests.Pages;

public sealed class ImageFactsTests : ComponentTest
{
    [Fact]
    public void An_image_is_captioned_by_its_classes_name_or_by_its_number_where_it_has_none()
    {
        var texts = Services.GetRequiredService<IStringLocalizer<PlayTexts>>();
        var request = new SampleRequest { Count = 3, Seed = 7 };
        var model = new ModelView("m", 28, 1, 2, 1000, true, "0");
        Assert.Equal(["class 0 · seed 7", "class 1 · seed 8", "class 0 · seed 9"],
            ImageFacts.Of(request, model, texts).Select(f => f.Caption));
        Assert.Equal(["class seven · seed 7", "class three · seed 8", "class seven · seed 9"],
            ImageFacts.Of(request, model with { ClassNames = ["seven", "three"] }, texts).Select(f => f.Caption));
        Assert.Equal("seed 7", ImageFacts.Of(request, null, texts)[0].Caption);
    }
}
