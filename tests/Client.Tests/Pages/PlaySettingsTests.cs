using System.Text.Json;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;

namespace Playground.Client.Tests.Pages;

public sealed class PlaySettingsTests
{
    private static readonly ModelView s_digits = new("mnist", 28, 1, 10, 1000, true, "0");
    private static readonly SamplerView s_dpm = new("dpmpp-2m", "DPM++ 2M", ["karrasSigmas"], false);

    private static readonly SampleRequest s_request = new()
    {
        Model = "mnist",
        Sampler = "dpmpp-2m",
        Options = new JsonObject { ["karrasSigmas"] = true },
        Steps = 12,
        Classes = [3, 8],
        Guidance = 3.5,
        GuidanceRescale = 0.7,
        GuidanceInterval = [0.1, 0.9],
        Count = 5,
        Seed = 42,
        VariationSeed = 7,
        VariationStrength = 0.25,
        Init = ["a"],
        Strength = 0.4,
    };

    [Fact]
    public void What_a_request_sets_is_asked_for_again()
    {
        var settings = new PlaySettings();
        settings.Take(s_request);
        Assert.Equal(JsonSerializer.Serialize(s_request), JsonSerializer.Serialize(settings.ToRequest(s_digits, s_dpm)));
        Assert.False(settings.IsRandom);
        Assert.True(settings.HasDetails);
    }

    [Fact]
    public void What_has_no_field_on_the_page_is_asked_for_again_as_long_as_the_sampler_takes_it()
    {
        var settings = new PlaySettings();
        var request = s_request with { Options = new JsonObject { ["order"] = 3, ["karrasSigmas"] = true }, Precision = "bf16" };
        settings.Take(request);
        Assert.Equal(JsonSerializer.Serialize(request), JsonSerializer.Serialize(settings.ToRequest(s_digits, s_dpm)));
        settings.Sampler = "euler";
        Assert.Null(settings.ToRequest(s_digits, new("euler", "Euler", ["karrasSigmas"], false)).Options?["order"]);
    }

    [Fact]
    public void What_the_model_or_the_sampler_does_not_take_is_left_out()
    {
        var settings = new PlaySettings();
        settings.Take(s_request);
        settings.Eta = 0.5;
        var request = settings.ToRequest(s_digits with { Classes = null, Guides = false }, new("euler-a", "Euler a", [], false));
        Assert.Equal((0.0, null, 1.0, 0.0, null), (request.Eta, request.Options, request.Guidance, request.GuidanceRescale,
            request.GuidanceInterval));
        Assert.Empty(request.Classes);
    }

    [Fact]
    public void Classes_stay_chosen_with_another_model_where_they_are_the_same()
    {
        var settings = new PlaySettings();
        settings.Take(s_request);
        settings.Choose(s_digits, s_digits with { Name = "other" });
        Assert.Equal([3, 8], settings.Classes);
        settings.Choose(s_digits, s_digits with { Name = "emoji", ClassNames = ["a", "b", "c", "cat"] });
        Assert.Equal([8], settings.Classes);
        settings.Choose(s_digits, s_digits with { Name = "few", Classes = 4 });
        Assert.Empty(settings.Classes);
    }

    [Fact]
    public void Guidance_becomes_what_suits_another_model_unless_somebody_chose_it()
    {
        var settings = new PlaySettings();
        var sd = new ModelView("sd", 512, 3, null, 1000, true, "1") { Text = new("Stable Diffusion 1", 8, 2048, 75, 12, false) };
        var emoji = sd with { Name = "emoji", Text = sd.Text with { Kind = null, Guidance = 3 } };
        var (from, chosen) = (s_digits, new List<(double, int)>());
        foreach (var to in new[] { sd, emoji, sd, emoji, s_digits })
        {
            settings.Choose(from, to);
            chosen.Add((settings.Guidance, settings.Count));
            from = to;
        }
        Assert.Equal([(7.5, 4), (3, 4), (7.5, 4), (3, 4), (2, 16)], chosen);
        settings.Choose(s_digits, emoji);
        settings.Guidance = 5;
        settings.Choose(emoji, sd);
        Assert.Equal(5, settings.Guidance);
    }

    [Fact]
    public void What_the_page_has_no_place_for_is_named()
    {
        var settings = new PlaySettings();
        settings.Take(s_request);
        Assert.Empty(settings.Lost(s_request, s_digits, s_dpm));
        var more = s_request with
        {
            Seeds = [1, 2, 3, 4, 5],
            Precision = "bf16",
            Options = new JsonObject { ["order"] = 3 },
            Init = ["a", "b"]
        };
        settings.Take(more);
        Assert.Equal(["seeds", "init"], settings.Lost(more, s_digits, s_dpm));
    }

    [Fact]
    public void What_a_browser_keeps_comes_back_the_switch_for_the_seed_too()
    {
        var settings = new PlaySettings();
        settings.Take(s_request);
        (settings.IsRandom, settings.Eta) = (true, 0.3);
        var again = new PlaySettings();
        again.TakeStored(settings.ToStored());
        Assert.Equal(settings.ToStored(), again.ToStored());
        Assert.True(again.IsRandom);
        Assert.Equal((0.3, PlaySettings.Karras), (again.Eta, again.Spacing));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"request\":null}")]
    [InlineData("{\"request\":{\"steps\":\"many\"}}")]
    public void What_is_no_settings_of_ours_changes_nothing(string? stored)
    {
        var settings = new PlaySettings();
        settings.TakeStored(stored);
        Assert.Equal(new PlaySettings().ToStored(), settings.ToStored());
    }
}
