using System.Globalization;
using System.Resources;
using Playground.Client.Resources;
using Playground.Core.Samplers;

namespace Playground.Browser.Tests;

public sealed class SamplerTextTests
{
    [Fact]
    public void Every_sampler_says_in_every_language_what_it_does()
    {
        var texts = new ResourceManager(typeof(PlayTexts));
        foreach (var language in Languages.All)
        {
            var culture = language == Languages.Default ? CultureInfo.InvariantCulture : language.Culture;
            var own = texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!;
            Assert.All(SamplerCatalog.Names, n => Assert.NotNull(own.GetString($"Sampler_{n}")));
        }
        Assert.Null(texts.GetString("Sampler_none", CultureInfo.InvariantCulture));
    }
}
